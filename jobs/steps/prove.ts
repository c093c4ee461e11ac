import { planFor, planForDeploy } from '../../src/domain/validation/plan-for.ts';
import {
  causeIn,
  checkFact,
  type RecordedCheck,
  unmeasured,
  worseThan,
} from '../../src/domain/validation/record.ts';
import { measure } from '../measure.ts';
import { failed, finished, resultOf, type Step } from '../step.ts';

/**
 * Checks the candidate on its own URL, before any user reaches it: its health, and all that the
 * configured validation asks for. Twice is safe: it only asks.
 */
export const prove: Step<'prove'> = async (context) => {
  const { cloud, operation, target, signal } = context;
  const { url, revision } = resultOf(operation, 'candidate');
  const { requestTimeoutMs } = await cloud.run.settled(target, signal);
  const plan = planForDeploy(planFor(target));
  const record = await measure({ step: 'prove', plan, url, facts: { requestTimeoutMs }, revision }, context);
  const bad = worseThan(operation.results.baseline?.record, record);
  if (bad.length > 0)
    return failed('CANDIDATE_UNHEALTHY', {
      summary: `Revision ${revision} is ready but fails its checks on its own URL.`,
      ...factsOf(bad),
      ...causeIn(record),
    });
  const blind = unmeasured(record);
  if (blind.length > 0)
    return failed('CANDIDATE_NOT_PROVED', {
      summary: `slipway could not measure revision ${revision}: the fault is on its own side.`,
      ...factsOf(blind),
    });
  return finished({ url, record });
};

/** The evidence of these checks, and what to do about the first of them. */
export function factsOf(checks: readonly RecordedCheck[]) {
  const next = checks[0]?.diagnoses[0]?.next;
  return { evidence: checks.map(checkFact), ...(next === undefined ? {} : { advice: next }) };
}
