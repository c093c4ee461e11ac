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

const noticeSchema = z.object({ channel: z.string(), ts: z.string() });
type LockNotice = z.infer<typeof noticeSchema>;

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

  /** Notes the message that told a channel of the lock, so that it can be changed when the lock ends. */
  async told(environment: string, notice: LockNotice): Promise<void> {
    await this.#redis.set(keys.lockNotice(environment), JSON.stringify(notice));
  }

  /** The message that told of the last lock, once. */
  async notice(environment: string): Promise<LockNotice | undefined> {
    const json = await this.#redis.getdel(keys.lockNotice(environment));
    return json === null ? undefined : noticeSchema.parse(JSON.parse(json));
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
