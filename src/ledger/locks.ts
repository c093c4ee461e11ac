import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  decideLock,
  decideUnlock,
  type Lock,
  type LockDecision,
  lockEventSchema,
  type LockEvent,
  lockOf,
  type LockWish,
  type UnlockWish,
} from '../domain/lock.ts';
import { change, Journal } from './journal.ts';
import { keys } from './keys.ts';

const placeSchema = z.object({ channel: z.string(), ts: z.string() });
/** Where a channel was told of a lock, and of which: when that was set names it. */
export type LockNotice = z.infer<typeof placeSchema> & { readonly lockedAt: number };

interface Named {
  readonly environment: string;
  /** The same when a command or click is delivered again. */
  readonly deliveryId: string;
}

/** The locks of environments: lists of who locked and unlocked, when and why. */
export class Locks {
  readonly #redis: Redis;
  readonly #journal: Journal<LockEvent>;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#journal = new Journal(redis, lockEventSchema);
  }

  /** The lock that holds at this time, milliseconds since 1970. */
  async of(environment: string, now: number): Promise<Lock | undefined> {
    return lockOf(await this.#journal.read(keys.lock(environment)), now);
  }

  /** All that was ever done to the lock of an environment, oldest first. */
  async events(environment: string): Promise<readonly LockEvent[]> {
    return this.#journal.read(keys.lock(environment));
  }

  /** @returns `known` when this delivery was written down before: then it is done and told. */
  async lock({ environment, deliveryId, ...wish }: LockWish & Named): Promise<LockDecision | 'known'> {
    return this.#decide({ environment, deliveryId }, (events) => decideLock(lockOf(events, wish.at), wish));
  }

  /** @returns as `lock` does. */
  async unlock(wish: UnlockWish & Named): Promise<LockDecision | 'known'> {
    return this.#decide(wish, (events) => decideUnlock(lockOf(events, wish.at), wish));
  }

  /** Notes the message that told a channel of a lock, so that it can be changed when that lock ends. */
  async told(environment: string, { lockedAt, ...place }: LockNotice): Promise<void> {
    await this.#redis.hset(keys.lockNotices(environment), String(lockedAt), JSON.stringify(place));
  }

  /** The messages that say that a lock holds. */
  async notices(environment: string): Promise<readonly LockNotice[]> {
    const fields = await this.#redis.hgetall(keys.lockNotices(environment));
    return Object.entries(fields).map(([lockedAt, json]) => ({
      lockedAt: Number(lockedAt),
      ...placeSchema.parse(JSON.parse(json)),
    }));
  }

  /** The message says how the lock ended, or is gone. */
  async forget(environment: string, { lockedAt }: LockNotice): Promise<void> {
    await this.#redis.hdel(keys.lockNotices(environment), String(lockedAt));
  }

  async #decide({ environment, deliveryId }: Named, decide: (events: readonly LockEvent[]) => LockDecision) {
    return change<LockEvent, LockDecision>(this.#journal, {
      key: keys.lock(environment),
      deliveryId,
      decide: (events) => {
        const answer = decide(events);
        return { answer, event: answer.kind === 'accept' ? answer.event : undefined };
      },
    });
  }
}
