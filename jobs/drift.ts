import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceView } from '../src/cloud/service-view.ts';
import type { Operation } from '../src/domain/operation.ts';
import { sameSplit, type Split, splitText } from '../src/domain/results.ts';
import { failed, type StepContext, type StepOutcome } from './step.ts';

/** Two looks at a service in a minute are no load; a foreign hand is seen before much was concluded from it. */
const lookEveryMs = 15_000;
/** A person is waited for: their click is in the ledger. */
const askEveryMs = 1_000;

/** Notices what somebody else changes while users are moved, and waits for a person to say what is to become of it. */
export class Drift {
  readonly #context: StepContext;
  #lookedAt = 0;
  /** The configuration as this operation left it. */
  #template: string | undefined;
  readonly #own: readonly Split[];

  /** @param own splits that may be this operation's though the ledger does not say so: a crash came between. Default: none. */
  constructor(context: StepContext, own: readonly Split[] = []) {
    this.#context = context;
    this.#own = own;
  }

  /**
   * Undefined when the service is as this operation left it, or was put back so. Otherwise the end of the step.
   * Twice is safe: what was found and decided stands in the ledger.
   */
  async settled(
    again: () => Promise<StepOutcome<'shift'> | undefined>,
  ): Promise<StepOutcome<'shift'> | undefined> {
    const { cloud, target, signal, append, now, reload } = this.#context;
    const operation = await reload();
    if (operation.drift === undefined) {
      if (now() - this.#lookedAt < lookEveryMs) return undefined;
      this.#lookedAt = now();
      const service = await cloud.run.service(target, signal);
      const what = service === undefined ? undefined : this.#differs(service, operation);
      if (service === undefined || what === undefined) return undefined;
      await append({ type: 'drift-found', at: now(), what, split: service.serving });
    }
    return this.#decided(again);
  }

  /** What is not as it was left; undefined while Cloud Run still works on it. */
  #differs(service: ServiceView, operation: Operation): string | undefined {
    if (!service.settled) return undefined;
    const expected = operation.moves.at(-1)?.split ?? service.serving;
    if (![expected, ...this.#own].some((split) => sameSplit(service.serving, split)))
      return `Traffic is ${splitText(service.serving)}; this deploy had made it ${splitText(expected)}.`;
    this.#template ??= service.template;
    return service.template === this.#template
      ? undefined
      : 'The configuration of the service was changed; the traffic is as it was.';
  }

  async #decided(
    again: () => Promise<StepOutcome<'shift'> | undefined>,
  ): Promise<StepOutcome<'shift'> | undefined> {
    const { signal, reload } = this.#context;
    for (;;) {
      const { drift, adopted } = await reload();
      if (drift === undefined) {
        this.#template = undefined;
        return again();
      }
      if (adopted !== undefined)
        return failed('DRIFT_ADOPTED', {
          summary: `${adopted.byName} kept what somebody else changed.`,
          evidence: [drift.what],
        });
      await wait(askEveryMs, undefined, { signal });
    }
  }
}
