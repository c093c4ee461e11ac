import type { Check } from '../../src/domain/results.ts';
import type { Target } from '../../src/domain/target.ts';
import { planFor, planForDeploy } from '../../src/domain/validation/plan-for.ts';
import { checkFact, worseThan } from '../../src/domain/validation/record.ts';
import { checkHealth } from '../../src/probes/http.ts';
import { measure } from '../measure.ts';
import { failed, finished, resultOf, type Step, type StepContext } from '../step.ts';

/**
 * Checks the candidate on its own URL, before any user reaches it: its health, and all that the
 * configured validation asks for. Twice is safe: it only asks.
 */
export const prove: Step<'prove'> = async (context) => {
  const { operation, target, signal } = context;
  const { url, revision } = resultOf(operation, 'candidate');
  const checks = await checkAll(url, target, signal);
  const summary = `Revision ${revision} is ready but fails its checks on its own URL.`;
  if (!allHealthy(checks)) return failed('CANDIDATE_UNHEALTHY', { summary, evidence: checks.map(checkText) });
  if (target.validation === undefined) return finished({ url, checks: [...checks] });

  const record = await proveAll(context, url, revision);
  const bad = worseThan(operation.results.baseline?.record, record);
  if (bad.length > 0)
    return failed('CANDIDATE_UNHEALTHY', {
      summary,
      evidence: bad.map(checkFact),
      ...(record.cause === undefined ? {} : { cause: record.cause }),
      ...(bad[0]?.diagnoses[0] === undefined ? {} : { advice: bad[0].diagnoses[0].next }),
    });
  return finished({ url, checks: [...checks], record });
};

async function proveAll(context: StepContext, url: string, revision: string) {
  const { cloud, target, signal } = context;
  const service = await cloud.run.settled(target, signal);
  const plan = planForDeploy(planFor(target));
  return measure({ step: 'prove', plan, url, service, revision }, context);
}

export async function checkAll(url: string, target: Target, signal: AbortSignal): Promise<readonly Check[]> {
  return Promise.all(target.health.map((check) => checkHealth(url, check, signal)));
}

export function allHealthy(checks: readonly Check[]): boolean {
  return checks.every((check) => check.verdict === 'healthy');
}

/** `GET /health: 5 of 5 failed, last HTTP 500 (expected HTTP 200 within 2000 ms)` */
export function checkText(check: Check): string {
  const seen = check.seen === undefined ? '' : `, last ${check.seen}`;
  return `${check.name}: ${check.failures} of ${check.samples} failed${seen} (expected ${check.expected})`;
}
