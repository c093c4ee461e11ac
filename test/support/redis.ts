import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type PrivateRedis, startPrivateRedis } from '../../src/sandbox/redis.ts';

/** A Redis of the file's own, empty before each test. Connections are made by `connect` and end with the file. */
export function useRedis(): { client(): Redis; connect(): Redis } {
  let server: PrivateRedis;
  let client: Redis;
  const open: Redis[] = [];
  const connect = () => {
    const connection = new Redis(server.url, { maxRetriesPerRequest: null });
    open.push(connection);
    return connection;
  };
  beforeAll(async () => {
    server = await startPrivateRedis();
    client = connect();
  });
  beforeEach(async () => {
    await client.flushall();
  });
  afterAll(async () => {
    for (const connection of open) connection.disconnect();
    await server.stop();
  });
  return { client: () => client, connect };
}
