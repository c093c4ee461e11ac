import { candidateTag, revisionName } from '../../src/domain/naming.ts';
import { sameSplit, splitText } from '../../src/domain/results.ts';
import { failed, finished, resultOf, type Step } from '../step.ts';

/**
 * Puts back the split that preflight recorded and takes the candidate's tag away; a failed revision
 * left in the traffic would make the next deploy report today's failure. Twice is safe: nothing is
 * written when traffic is so already.
 */
export const restore: Step<'restore'> = async ({ cloud, operation, target, signal }) => {
  const { split, exists } = resultOf(operation, 'preflight');
  const tag = candidateTag(operation);
  const before = await cloud.run.service(target, signal);
  // A first deploy has no earlier revision: there is nothing to go back to, and nobody was served before.
  if (before === undefined || !exists || split.length === 0)
    return finished({ split: before?.serving ?? [], moved: false, tagRemoved: false });
  const revision = revisionName(operation, target);
  const hadTraffic = before.serving.some((entry) => entry.revision === revision);
  const service = await cloud.run.setTraffic(target, { split, drop: [tag] }, signal);
  if (!sameSplit(service.serving, split))
    return failed('TRAFFIC_NOT_MOVED', {
      summary: 'The split before could not be restored.',
      evidence: [
        service.problem ?? 'Cloud Run gave no reason',
        `Serving: ${splitText(service.serving)}`,
        `Wanted: ${splitText(split)}`,
      ],
    });
  return finished({
    split: service.serving,
    moved: operation.failure?.step === 'verify' || hadTraffic,
    tagRemoved: !service.tags.some((entry) => entry.tag === tag),
  });
};
