import { failed, finished, resultOf, type Step } from '../step.ts';
import { allHealthy, checkAll, checkText } from './prove.ts';

/** Checks the service on the URL that users use. Twice is safe: it only asks. */
export const verify: Step<'verify'> = async ({ operation, target, signal }) => {
  const { url } = resultOf(operation, 'shift');
  const checks = await checkAll(url, target, signal);
  return allHealthy(checks)
    ? finished({ url, checks: [...checks] })
    : failed('UNHEALTHY_AFTER_SHIFT', {
        summary: `${target.service} fails its checks on ${url}.`,
        evidence: checks.map(checkText),
      });
};
