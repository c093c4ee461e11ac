import type { CloudRun } from '../src/cloud/run.ts';
import { type Target, targetKey, usersWay } from '../src/domain/target.ts';

/** A URL changes with a domain, not with a deploy: Cloud Run is not asked at each round. */
const freshMs = 60_000;
/** Cloud Run may be slow; the round is not. */
const withinMs = 3_000;

interface Place {
  readonly url: string | undefined;
  readonly at: number;
}

/** Where users reach each target, as far as this process has heard. */
export class Places {
  readonly #run: Pick<CloudRun, 'service'>;
  readonly #now: () => number;
  readonly #known = new Map<string, Place>();

  constructor(run: Pick<CloudRun, 'service'>, now: () => number) {
    this.#run = run;
    this.#now = now;
  }

  /**
   * The front of the target, or the service's own URL.
   * @returns undefined when there is no such service
   * @throws when Cloud Run says nothing, and never said anything of this target
   */
  async of(target: Target, signal: AbortSignal): Promise<string | undefined> {
    if (target.front !== undefined) return target.front.url;
    const key = targetKey(target);
    const known = this.#known.get(key);
    if (known !== undefined && this.#now() - known.at < freshMs) return known.url;
    try {
      const place = { url: await this.#ask(target, signal), at: this.#now() };
      this.#known.set(key, place);
      return place.url;
    } catch (error) {
      signal.throwIfAborted();
      if (known === undefined) throw error;
      // Where it was is better than nowhere: users are reached without Cloud Run's API. It is asked again in a while.
      this.#known.set(key, { ...known, at: this.#now() - freshMs / 2 });
      return known.url;
    }
  }

  async #ask(target: Target, signal: AbortSignal): Promise<string | undefined> {
    const asking = new AbortController();
    const stop = () => {
      asking.abort(new Error(`Cloud Run did not say where ${target.run} is`));
    };
    const timer = setTimeout(stop, withinMs);
    signal.addEventListener('abort', stop, { once: true });
    try {
      const service = await this.#run.service(target, asking.signal);
      return service && usersWay(target, service).url;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }
}
