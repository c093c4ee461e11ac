import type { JourneyPlan } from '../../domain/validation/plan.ts';
import type { CheckResult } from '../../domain/validation/result.ts';
import { atMost } from '../pace.ts';

/** A result that nobody fetched for so long says nothing of now. */
const freshMs = 60_000;

interface Walk {
  readonly result: Promise<CheckResult | undefined>;
  /** `performance.now()` of its end. */
  endedAt: number | undefined;
}

/**
 * Journeys of one target that are under way. One that takes longer than a round goes on beside the rounds, and the one
 * after its end hears of it: cut off in the middle, it could never be found broken.
 */
export class Journeys {
  readonly #walks = new Map<string, Walk>();
  readonly #stopping = new AbortController();

  /** Aborts when no journey is wanted any more. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /**
   * Begins the journey unless it is under way, and waits for its end for so many milliseconds.
   * @returns undefined when there is no result yet
   */
  async walk(
    { name }: Pick<JourneyPlan, 'name'>,
    begin: () => Promise<CheckResult>,
    withinMs: number,
  ): Promise<CheckResult | undefined> {
    const known = this.#walks.get(name);
    if (known?.endedAt !== undefined) {
      const fresh = performance.now() - known.endedAt < freshMs;
      const walk = this.#begin(name, begin);
      // The next one has begun: this round has its result already.
      return fresh ? known.result : this.#within(name, walk, withinMs);
    }
    return this.#within(name, known ?? this.#begin(name, begin), withinMs);
  }

  async #within(name: string, walk: Walk, withinMs: number): Promise<CheckResult | undefined> {
    const result = await atMost(withinMs, walk.result);
    if (result !== undefined) this.#walks.delete(name);
    return result;
  }

  #begin(name: string, begin: () => Promise<CheckResult>): Walk {
    const walk: Walk = { result: begin().catch(() => undefined), endedAt: undefined };
    void walk.result.then((result) => {
      walk.endedAt = performance.now();
      // What was stopped has no result.
      if (result === undefined && this.#walks.get(name) === walk) this.#walks.delete(name);
    });
    this.#walks.set(name, walk);
    return walk;
  }
}
