import { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { type EventOf, eventSchema } from '../../src/domain/events.ts';
import { fold } from '../../src/domain/fold.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { keys } from '../../src/ledger/keys.ts';
import { patience, type World } from './world.ts';

/** What the ledger of a world says: ahead of the threads, which are drawn from it a few a second. */
export interface WorldRecord {
  /** Waits until the operation is so. */
  until(id: string, seen: (operation: Operation) => boolean): Promise<Operation>;
  /** Waits until a process has taken the operation. @returns all the times it was taken, oldest first. */
  claimed(id: string, pid: number): Promise<readonly EventOf<'started'>[]>;
  close(): void;
}

export function recordIn(world: Pick<World, 'redis'>): WorldRecord {
  const redis = new Redis(world.redis.url);
  // A story that is ended early leaves it without a server.
  redis.on('error', () => undefined);
  const events = async (id: string) =>
    (await redis.lrange(keys.events(id), 0, -1)).map((line) => eventSchema.parse(JSON.parse(line)));
  return {
    until: (id, seen) =>
      vi.waitFor(async () => {
        const operation = fold(await events(id));
        expect(seen(operation), JSON.stringify(operation)).toBe(true);
        return operation;
      }, patience),
    claimed: (id, pid) =>
      vi.waitFor(async () => {
        const claims = (await events(id)).flatMap((event) => (event.type === 'started' ? [event] : []));
        expect(claims.at(-1)?.worker).toContain(`-${pid}-`);
        return claims;
      }, patience),
    close: () => {
      redis.disconnect();
    },
  };
}
