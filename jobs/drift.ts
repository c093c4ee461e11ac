import { setTimeout as wait } from 'node:timers/promises';
import { carry } from '../src/cloud/carry.ts';
import type { ServiceView } from '../src/cloud/service-view.ts';
import { type Operation, revisionOf } from '../src/domain/operation.ts';
import { type Split, sameSplit, splitText } from '../src/domain/results.ts';
import { failed, type StepContext } from './step.ts';

/** Two looks at a service in a minute are no load; a foreign hand is seen before much was concluded from it. */
const lookEveryMs = 15_000;
/** A person is waited for: their click is in the ledger. */
const askEveryMs = 1_000;

export type Failed = ReturnType<typeof failed>;

/** How the service was left, before this operation has moved anybody. */
export interface Left {
  readonly split: Split;
  /** Since when, to be read after “it was …”. */
  readonly since: string;
  /** Hash of its template; absent: any is right. */
  readonly template?: string | undefined;
}

export interface Ours {
  /** Makes the traffic ours again, when a person wants that. Default: what comes next does so anyway. */
  readonly again?: () => Promise<Failed | undefined>;
  /** What else of the traffic is no foreign hand. */
  readonly known?: (serving: Split) => boolean;
}

/** Notices what somebody else changes while an operation runs, and waits for a person to say what is to become of it. */
export class Drift {
  readonly #context: StepContext;
  readonly #left: Left;
  #lookedAt = 0;
  #template: string | undefined;

  constructor(left: Left, context: StepContext) {
    this.#context = context;
    this.#left = left;
    this.#template = left.template;
  }

  /** The same as `now`, but not more often than there is something to see, and what is under way is seen later. */
  async settled(ours: Ours): Promise<Failed | undefined> {
    const { now, reload } = this.#context;
    const early = now() - this.#lookedAt < lookEveryMs;
    if (early && (await reload()).drift === undefined) return undefined;
    const { cloud, target, signal } = this.#context;
    return this.#check(ours, () => cloud.run.service(target, signal));
  }

  /**
   * Undefined when the service is as this operation left it, or was put back so. Otherwise the end of the step.
   * Twice is safe: what was found and decided stands in the ledger.
   */
  async now(ours: Ours = {}): Promise<Failed | undefined> {
    const { cloud, target, signal } = this.#context;
    return this.#check(ours, async () => {
      const service = await cloud.run.service(target, signal);
      return service === undefined || service.settled ? service : cloud.run.settled(target, signal);
    });
  }

  async #check(
    { again, known }: Ours,
    look: () => Promise<ServiceView | undefined>,
  ): Promise<Failed | undefined> {
    const { append, now, reload } = this.#context;
    const operation = await reload();
    if (operation.drift === undefined) {
      this.#lookedAt = now();
      const service = await look();
      const ours = service !== undefined && known?.(service.serving) === true;
      const what = service === undefined ? undefined : this.#differs(service, operation, ours);
      if (service === undefined || what === undefined) return undefined;
      await append({ type: 'drift-found', at: now(), what, split: service.serving });
    }
    return this.#decided(again);
  }

  /** What is not as it was left; undefined while Cloud Run still works on it. */
  #differs(
    { settled, serving, template, modifier }: ServiceView,
    { moves }: Operation,
    ours: boolean,
  ): string | undefined {
    if (!settled) return undefined;
    const by = modifier === undefined ? '' : ` The last change is by ${modifier}.`;
    const moved = moves.at(-1)?.split;
    const { split, since } = this.#left;
    if (!ours && moved !== undefined && !sameSplit(serving, moved))
      return `Traffic is ${splitText(serving)}; this deploy had made it ${splitText(moved)}.${by}`;
    if (!ours && moved === undefined && !sameSplit(serving, split))
      return `Traffic is ${splitText(serving)}; it was ${splitText(split)} ${since}.${by}`;
    if (this.#template === undefined || template === this.#template) return undefined;
    return `The configuration of the service was changed; the traffic is as it was.${by}`;
  }

  async #decided(again: Ours['again']): Promise<Failed | undefined> {
    const { signal, reload } = this.#context;
    for (;;) {
      const { drift, adopted } = await reload();
      if (drift === undefined) return this.#putBack(again);
      if (adopted !== undefined)
        return failed('DRIFT_ADOPTED', {
          summary: `${adopted.byName} kept what somebody else changed.`,
          evidence: [drift.what],
        });
      await wait(askEveryMs, undefined, { signal });
    }
  }

  /** The template first: what is not taken back of it is not asked about again. */
  async #putBack(again: Ours['again']): Promise<Failed | undefined> {
    const { cloud, target, signal, operation } = this.#context;
    const own = revisionOf(operation);
    const service = this.#template === undefined ? undefined : await cloud.run.service(target, signal);
    if (own !== undefined && service !== undefined && service.template !== this.#template) {
      await carry(cloud.run, { target, from: service.carries, to: own }, signal);
      this.#template = (await cloud.run.settled(target, signal)).template;
    }
    return again?.();
  }
}
