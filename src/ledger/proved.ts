import type { Redis } from 'ioredis';
import { type Proved, provedSchema } from '../domain/proved.ts';
import { targetKey } from '../domain/target.ts';
import { change, Journal } from './journal.ts';
import { keys } from './keys.ts';

interface Name {
  readonly service: string;
  readonly environment: string;
}

/** What deploys that succeeded have shown to work, by target. */
export class ProvedImages {
  readonly #journal: Journal<Proved>;

  constructor(redis: Redis) {
    this.#journal = new Journal(redis, provedSchema);
  }

  /** Oldest first; the last one was deployed last. */
  async of(target: Name): Promise<readonly Proved[]> {
    return this.#journal.read(keys.proved(targetKey(target)));
  }

  /** Called at the end of a deploy that succeeded. Twice is safe: an operation is noted once. */
  async note(target: Name, proved: Proved): Promise<void> {
    await change<Proved, undefined>(this.#journal, {
      key: keys.proved(targetKey(target)),
      decide: (events) => ({
        answer: undefined,
        event: events.some(({ operation }) => operation === proved.operation) ? undefined : proved,
      }),
    });
  }
}
