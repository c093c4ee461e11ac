import { idTokens } from '../src/cloud/id-token.ts';
import type { StepName } from '../src/domain/plan.ts';
import type { ServiceFacts } from '../src/domain/validation/evidence.ts';
import type { ValidationPlan } from '../src/domain/validation/plan.ts';
import type { ValidationRecord } from '../src/domain/validation/record.ts';
import { measure as measureUrl } from '../src/probes/measure.ts';
import { originOf } from './origin.ts';
import type { StepContext } from './step.ts';

/** People read progress; more often than this it is noise, and Slack would not show it anyway. */
const tellEveryMs = 5_000;

export interface Measurement {
  readonly step: StepName;
  readonly plan: ValidationPlan;
  readonly url: string;
  readonly facts: ServiceFacts;
  /** The revision behind the URL, for its log lines. */
  readonly revision: string | undefined;
}

/** Runs a plan against a URL and tells in the ledger how far it is. */
export async function measure(measurement: Measurement, context: StepContext): Promise<ValidationRecord> {
  const { plan, url, facts, step, revision } = measurement;
  const { signal, now, target, cloud } = context;
  const record = await measureUrl({
    plan,
    url,
    facts,
    signal,
    now,
    progress: teller(step, context),
    idToken: idTokens(),
    logs: revision === undefined ? undefined : () => cloud.logs.ofRevision(target, revision, signal),
  });
  if (record.cause === undefined || revision === undefined) return record;
  return { ...record, origin: { ...record.origin, ...(await originOf(revision, context)) } };
}

/** Puts progress into the ledger, one line at a time and not too often. */
export function teller(step: StepName, { append, now }: StepContext) {
  let last = now();
  return ({ check, text }: { readonly check: string; readonly text: string }): void => {
    if (now() - last < tellEveryMs) return;
    last = now();
    // A line that is lost with the ledger is not missed; the step itself will meet the same fault.
    append({ type: 'step-progressed', at: now(), step, text: `${check}: ${text}` }).catch(() => undefined);
  };
}
