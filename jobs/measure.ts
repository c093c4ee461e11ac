import { idTokens } from '../src/cloud/id-token.ts';
import type { ServiceView } from '../src/cloud/service-view.ts';
import { causeOf } from '../src/domain/cause.ts';
import type { StepName } from '../src/domain/plan.ts';
import type { ValidationPlan } from '../src/domain/validation/plan.ts';
import { recordOf, type ValidationRecord } from '../src/domain/validation/record.ts';
import { runJourney } from '../src/probes/journey.ts';
import { tokensOfRun } from '../src/probes/tokens.ts';
import { runValidation } from '../src/probes/validate.ts';
import type { StepContext } from './step.ts';

/** People read progress; more often than this it is noise, and Slack would not show it anyway. */
const tellEveryMs = 5_000;

export interface Measurement {
  readonly step: StepName;
  readonly plan: ValidationPlan;
  readonly url: string;
  readonly service: ServiceView;
  /** The revision behind the URL, for its log lines. */
  readonly revision: string | undefined;
}

/** Runs a plan against a URL, tells how far it is, and joins a failure with the log that explains it. */
export async function measure(measurement: Measurement, context: StepContext): Promise<ValidationRecord> {
  const { plan, url, service, step } = measurement;
  const { signal, now } = context;
  const result = await runValidation(plan, {
    url,
    facts: { requestTimeoutMs: service.requestTimeoutMs },
    token: tokensOfRun({ signal, ca: plan.identity.ca, idToken: idTokens() }),
    journey: runJourney,
    signal,
    now,
    progress: teller(step, context),
  });
  const record = recordOf(result);
  if (record.verdict !== 'unhealthy' || measurement.revision === undefined) return record;
  const logs = await context.cloud.logs.ofRevision(context.target, measurement.revision, signal);
  const cause = causeOf(logs);
  return cause === undefined ? record : { ...record, cause: cause.error };
}

/** Puts progress into the ledger, one line at a time and not too often. */
function teller(step: StepName, { append, now }: StepContext) {
  let last = now();
  return ({ check, text }: { readonly check: string; readonly text: string }): void => {
    if (now() - last < tellEveryMs) return;
    last = now();
    // A line that is lost with the ledger is not missed; the step itself will meet the same fault.
    append({ type: 'step-progressed', at: now(), step, text: `${check}: ${text}` }).catch(() => undefined);
  };
}
