import type { Redis } from 'ioredis';
import { type AppliedEntry, appliedEntrySchema } from '../domain/infrastructure/history.ts';
import { change, Journal } from './journal.ts';
import { keys } from './keys.ts';

/** As many as a rollback looks through. */
const most = 50;

/** What was applied to the infrastructure of each environment, and whether it went well. */
export class AppliedInfrastructure {
  readonly #journal: Journal<AppliedEntry>;

  constructor(redis: Redis) {
    this.#journal = new Journal(redis, appliedEntrySchema);
  }

  /** Oldest first. */
  async of(environment: string): Promise<readonly AppliedEntry[]> {
    return this.#journal.read(keys.infrastructure(environment));
  }

  /** Twice is safe: an operation is noted once as begun, and once as good. */
  async note(environment: string, entry: AppliedEntry): Promise<void> {
    await change<AppliedEntry, undefined>(this.#journal, {
      key: keys.infrastructure(environment),
      decide: (entries) => {
        const known = entries.some(
          ({ operation, good }) => operation === entry.operation && good === entry.good,
        );
        return { answer: undefined, event: known ? undefined : entry };
      },
      along: (entries) => ({ drop: entries.length >= most ? 1 : 0 }),
    });
  }
}
