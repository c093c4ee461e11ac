import { causeOf } from '../domain/cause.ts';
import { explainedByLogs, withLogs } from '../domain/diagnosis/logs.ts';
import type { ServiceFacts } from '../domain/validation/evidence.ts';
import type { ValidationPlan } from '../domain/validation/plan.ts';
import { recordOf, type ValidationRecord } from '../domain/validation/record.ts';
import type { ValidationProgress } from '../domain/validation/result.ts';
import { runJourney } from './journey.ts';
import { tokensOfRun } from './tokens.ts';
import { runValidation } from './validate.ts';

export interface Measurement {
  readonly plan: ValidationPlan;
  readonly url: string;
  readonly facts: ServiceFacts;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly progress: (progress: ValidationProgress) => void;
  /** Makes Google ID tokens for private services. */
  readonly idToken: (audience: string) => Promise<string>;
  /** Last log lines of the revision behind the URL; asked for only when they can explain what failed. */
  readonly logs?: (() => Promise<readonly string[]>) | undefined;
}

/**
 * Runs a plan against a URL with all that it may need, and joins what failed with the log that explains it.
 * @throws {PlanError} for a plan or URL that cannot be run, or the reason of `signal`
 */
export async function measure(measurement: Measurement): Promise<ValidationRecord> {
  const { plan, url, facts, signal, now, progress, idToken, logs } = measurement;
  const result = await runValidation(plan, {
    url,
    facts,
    token: tokensOfRun({ signal, ca: plan.identity.ca, idToken, now }),
    journey: runJourney,
    signal,
    now,
    progress,
  });
  if (logs === undefined || result.verdict !== 'unhealthy' || !explainedByLogs(result))
    return recordOf(result);
  const lines = await logs();
  return recordOf(withLogs(result, { ...facts, logs: lines }), causeOf(lines));
}
