import { type Target, targetKey } from '../src/domain/target.ts';
import type { ValidationPlan } from '../src/domain/validation/plan.ts';
import { planFor } from '../src/domain/validation/plan-for.ts';
import type { TokenProvider } from '../src/probes/context.ts';
import { Journeys } from '../src/probes/monitor/journeys.ts';
import { tokensOfRun } from '../src/probes/tokens.ts';

/** What lasts from round to round of one target. */
export interface Prober {
  readonly plan: ValidationPlan;
  readonly token: TokenProvider;
  readonly journeys: Journeys;
}

export interface ProbersOptions {
  /** Makes Google ID tokens for private services. */
  readonly idToken: (audience: string) => Promise<string>;
  readonly now: () => number;
}

/** Tokens live for many rounds, and journeys may last longer than one; all of it is forgotten with the process. */
export class Probers {
  readonly #options: ProbersOptions;
  readonly #known = new Map<string, Prober>();
  readonly #stopping = new AbortController();

  constructor(options: ProbersOptions) {
    this.#options = options;
  }

  /** The configuration of a target does not change while a process lives. */
  of(target: Target): Prober {
    const key = targetKey(target);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const plan = planFor(target);
    const token = tokensOfRun({ signal: this.#stopping.signal, ca: plan.identity.ca, ...this.#options });
    const made = { plan, token, journeys: new Journeys() };
    this.#known.set(key, made);
    return made;
  }

  stop(): void {
    this.#stopping.abort();
    for (const { journeys } of this.#known.values()) journeys.stop();
  }
}
