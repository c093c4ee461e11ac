import type { Redis } from 'ioredis';
import { sightThreadId } from '../domain/alert/thread.ts';
import {
  type Blindness,
  blindnessOf,
  goesOn,
  type SightEvent,
  sightEventSchema,
} from '../domain/monitor/sight.ts';
import { drawn } from './drawn.ts';
import { change, Journal } from './journal.ts';
import { keys } from './keys.ts';

/** Called after each change with the id of the thread; must not throw. The sweep over `undrawn` makes a lost call good. */
export type OnSightChange = (thread: string, event: SightEvent['type']) => void;

/** Whether anything is seen of each environment; of its threads the newest is kept. */
export class Sights {
  readonly #redis: Redis;
  readonly #journal: Journal<SightEvent>;
  readonly #changed: OnSightChange;

  constructor(redis: Redis, changed: OnSightChange) {
    this.#redis = redis;
    this.#journal = new Journal(redis, sightEventSchema);
    this.#changed = changed;
  }

  /** The last time that nothing was seen. Undefined: that never was. @throws ZodError when a newer slipway wrote it */
  async of(environment: string): Promise<Blindness | undefined> {
    return blindnessOf(environment, await this.#journal.read(keys.sight(environment)));
  }

  /** Writes what is decided and marks the thread as behind, in one transaction. @throws ZodError as `of` does */
  async change(
    environment: string,
    decide: (known: Blindness | undefined) => SightEvent | undefined,
  ): Promise<void> {
    const thread = sightThreadId(environment);
    const written = await change<SightEvent, SightEvent | undefined>(this.#journal, {
      key: keys.sight(environment),
      decide: (events) => {
        const event = decide(blindnessOf(environment, events));
        return { answer: event, event };
      },
      along: (events, { at }) => ({
        marks: [{ set: keys.undrawn, member: thread, isIn: true }],
        drop: goesOn(blindnessOf(environment, events), at) ? 0 : events.length,
      }),
    });
    if (written !== undefined && written !== 'known') this.#changed(thread, written.type);
  }

  /** Says that the thread shows it as of `version` events. */
  async drawn(environment: string, version: number): Promise<void> {
    await drawn(this.#redis, {
      journal: keys.sight(environment),
      thread: sightThreadId(environment),
      version,
    });
  }
}
