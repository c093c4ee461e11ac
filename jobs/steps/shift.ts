import { splitText } from '../../src/domain/results.ts';
import { failed, finished, resultOf, type Step } from '../step.ts';

/**
 * Gives the candidate all traffic and takes its tag away: it is the stable revision now. Twice is safe:
 * nothing is written when traffic is so already.
 */
export const shift: Step<'shift'> = async ({ cloud, operation, target, signal }) => {
  const { revision, tag } = resultOf(operation, 'candidate');
  const split = [{ revision, percent: 100 }];
  const service = await cloud.run.setTraffic(target, { split, drop: tag }, signal);
  const moved = service.serving.some((entry) => entry.revision === revision && entry.percent === 100);
  return moved
    ? finished({ split: service.serving, url: service.url })
    : failed('TRAFFIC_NOT_MOVED', {
        summary: `Revision ${revision} did not get the traffic.`,
        evidence: [service.problem ?? 'Cloud Run gave no reason', `Serving: ${splitText(service.serving)}`],
      });
};
