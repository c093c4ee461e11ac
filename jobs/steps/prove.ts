import type { Check } from '../../src/domain/results.ts';
import type { Target } from '../../src/domain/target.ts';
import { checkHealth } from '../../src/probes/http.ts';
import { failed, finished, resultOf, type Step } from '../step.ts';

/** Checks the candidate on its own URL, before any user reaches it. Twice is safe: it only asks. */
export const prove: Step<'prove'> = async ({ operation, target, signal }) => {
  const { url, revision } = resultOf(operation, 'candidate');
  const checks = await checkAll(url, target, signal);
  return allHealthy(checks)
    ? finished({ url, checks: [...checks] })
    : failed('CANDIDATE_UNHEALTHY', {
        summary: `Revision ${revision} is ready but fails its checks on its own URL.`,
        evidence: checks.map(checkText),
      });
};

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
