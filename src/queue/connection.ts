import type { RedisOptions } from 'ioredis';

/** Reconnects for ever, at most 2 s apart: Redis comes back, and slipway must be there then. */
const retryStrategy = (times: number) => Math.min(times * 100, 2_000);

/** For a process that answers people: a command fails at once when Redis is away instead of waiting for it. */
export const producerConnection: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 1,
  retryStrategy,
};

/** For workers: they wait as long as it takes (BullMQ asks for `null`). */
export const workerConnection: RedisOptions = { maxRetriesPerRequest: null, retryStrategy };
