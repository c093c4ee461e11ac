import type { Redis } from 'ioredis';
import {
  findQuarantined,
  isQuarantinedBy,
  type Quarantined,
  quarantineEventSchema,
  type QuarantineEvent,
  quarantineOf,
} from '../domain/quarantine.ts';
import { change, Journal } from './journal.ts';
import { keys } from './keys.ts';

export interface Lift {
  /** `sha256:` and the beginning of the digest. */
  readonly digest: string;
  readonly by: string;
  readonly byName: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The same when a command is delivered again. */
  readonly deliveryId: string;
}

export type Lifted =
  | { readonly kind: 'lifted'; readonly entry: Quarantined }
  | { readonly kind: 'not-found'; readonly held: readonly Quarantined[] };

/** Images of a service that were taken back from users, wherever that was. */
export class Quarantine {
  readonly #journal: Journal<QuarantineEvent>;

  constructor(redis: Redis) {
    this.#journal = new Journal(redis, quarantineEventSchema);
  }

  /** What is in quarantine now, oldest first. */
  async of(service: string): Promise<readonly Quarantined[]> {
    return quarantineOf(service, await this.#journal.read(keys.quarantine(service)));
  }

  /**
   * Keeps an image from being deployed again. Twice is safe, also after it was lifted: an operation
   * puts a digest here once.
   */
  async quarantine(service: string, entry: Omit<Quarantined, 'service'>): Promise<void> {
    await change<QuarantineEvent, undefined>(this.#journal, {
      key: keys.quarantine(service),
      decide: (events) => ({
        answer: undefined,
        event: isQuarantinedBy(events, entry) ? undefined : { type: 'quarantined', ...entry },
      }),
    });
  }

  /** @returns `known` when this delivery was written down before: then it is done and told. */
  async lift(service: string, { deliveryId, digest, ...lift }: Lift): Promise<Lifted | 'known'> {
    return change<QuarantineEvent, Lifted>(this.#journal, {
      key: keys.quarantine(service),
      deliveryId,
      decide: (events) => {
        const held = quarantineOf(service, events);
        const entry = findQuarantined(held, digest);
        if (entry === undefined) return { answer: { kind: 'not-found', held } };
        return {
          answer: { kind: 'lifted', entry },
          event: { type: 'lifted', digest: entry.digest, ...lift },
        };
      },
    });
  }
}
