import type { Redis } from 'ioredis';
import { median, quantile } from 'simple-statistics';
import { type Durations, durationsSchema, type Estimates, type Usual } from '../domain/usual.ts';
import { stepNames } from '../domain/plan.ts';
import { keys } from './keys.ts';

/** What is compared with each other: one kind of operation on the same services of an environment. */
export interface Likewise {
  readonly kind: string;
  readonly services: readonly string[];
  readonly environment: string;
}

/** What took longer before that was another service. */
const most = 50;
/** Of one or two nobody can say what is usual. */
const fewest = 3;

/**
 * How long operations took, the last 50 of a kind. A record of its own: folding as many operations for each plan and each
 * start would read thousands of events, and the ledger has no list of the operations of a target.
 */
export class PastDurations {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Called before the end of an operation is written. Twice is safe: an operation stands here once. */
  async note(what: Likewise, durations: Durations): Promise<void> {
    if (durations.whole === undefined && Object.keys(durations.steps).length === 0) return;
    const known = await this.#list(what);
    if (known.some(({ operation }) => operation === durations.operation)) return;
    const key = keyOf(what);
    await this.#redis
      .multi()
      .lpush(key, JSON.stringify(durations))
      .ltrim(key, 0, most - 1)
      .exec();
  }

  /** Median and 90th percentile of what was measured three times or more. */
  async usual(what: Likewise): Promise<Estimates> {
    const known = await this.#list(what);
    const whole = usualOf(known.map((each) => each.whole));
    const steps = stepNames.flatMap((name) => {
      const usual = usualOf(known.map((each) => each.steps[name]));
      return usual === undefined ? [] : [[name, usual] as const];
    });
    return { ...(whole === undefined ? {} : { whole }), steps: Object.fromEntries(steps) };
  }

  async #list(what: Likewise): Promise<readonly Durations[]> {
    const lines = await this.#redis.lrange(keyOf(what), 0, -1);
    return lines.flatMap((line) => durationsSchema.safeParse(JSON.parse(line)).data ?? []);
  }
}

function usualOf(values: readonly (number | undefined)[]): Usual | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length < fewest) return undefined;
  return { median: median(known), p90: quantile(known, 0.9), samples: known.length };
}

function keyOf({ kind, services, environment }: Likewise): string {
  return keys.durations(`${environment}/${services.toSorted().join(',')}/${kind}`);
}
