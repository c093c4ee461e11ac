import type { StepName } from '../../../src/domain/plan.ts';
import type { StepContext } from '../../step.ts';

/** People read progress; more often than this it is noise. */
const tellEveryMs = 2_000;

/** Puts progress into the ledger: the first line at once, and then not too often. */
export function seldom(step: StepName, { append, now }: StepContext): (text: string) => void {
  let last = -Infinity;
  return (text) => {
    if (now() - last < tellEveryMs) return;
    last = now();
    // A line that is lost with the ledger is not missed; the step itself will meet the same fault.
    append({ type: 'step-progressed', at: now(), step, text: text.slice(0, 300) }).catch(() => undefined);
  };
}
