import type { Redis } from 'ioredis';
import type { MonitorPolicy } from '../domain/monitor/policy.ts';
import { type WatchEvent, watchEventSchema, type Watching, watchingOf } from '../domain/monitor/watching.ts';
import { change, Journal } from './journal.ts';
import { keys } from './keys.ts';

export type WatchWish = WatchEvent & {
  readonly environment: string;
  /** The same when a command or click is delivered again. */
  readonly deliveryId: string;
};

/** Who started and stopped watching each environment. */
export class Monitors {
  readonly #journal: Journal<WatchEvent>;

  constructor(redis: Redis) {
    this.#journal = new Journal(redis, watchEventSchema);
  }

  /** Whether it is watched at this time, milliseconds since 1970. */
  async state(environment: string, policy: Pick<MonitorPolicy, 'on'>, now: number): Promise<Watching> {
    return watchingOf(await this.#journal.read(keys.watching(environment)), policy, now);
  }

  /** Starts or stops it. @returns `known` when this delivery was written down before */
  async say({ environment, deliveryId, ...event }: WatchWish): Promise<'written' | 'known'> {
    return change<WatchEvent, 'written'>(this.#journal, {
      key: keys.watching(environment),
      deliveryId,
      decide: () => ({ answer: 'written', event }),
    });
  }
}
