import { candidateTag, revisionName } from '../../src/domain/naming.ts';
import { stepOf } from '../../src/domain/operation.ts';
import { sameSplit, splitText } from '../../src/domain/results.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { failed, finished, type Step } from '../step.ts';

/** Who takes users back by hand may have reasons that are not the image's. */
const byHand: ReadonlySet<ReasonCode> = new Set(['CANCELLED', 'CONFIG_CHANGED', 'STEP_CRASHED']);

/**
 * Takes the candidate's tag away, and users back to who served them if the shift had begun; a failed
 * revision left in the traffic would make the next deploy report today's failure. Users that this
 * operation has not moved are left alone, whatever others did meanwhile. An image that a rule took back from users goes
 * into quarantine, so that it stays back. Twice is safe: nothing is
 * written when traffic is so already.
 */
export const restore: Step<'restore'> = async ({ cloud, operation, target, signal, records, now }) => {
  const { failure } = operation;
  const { build } = operation.results;
  const tag = candidateTag(operation);
  const before = await cloud.run.service(target, signal);
  if (before === undefined) return finished({ split: [], moved: false, tagRemoved: false });

  const own = revisionName(operation, target);
  // What the ledger says outlives a crash after the write; what Cloud Run says, one before it was noted.
  const hadTraffic = operation.moves.length > 0 || before.serving.some(({ revision }) => revision === own);
  // What somebody kept on purpose is not moved back.
  const kept = failure?.code === 'DRIFT_ADOPTED';
  const shifted = !kept && stepOf(operation, 'shift')?.startedAt !== undefined;
  // A first deploy has nothing to go back to.
  const recorded = operation.results.candidate?.split.filter(({ revision }) => revision !== own) ?? [];
  const back = shifted && recorded.length > 0 ? recorded : undefined;
  const wanted = back === undefined ? { drop: tag } : { drop: tag, split: back };
  const service = await cloud.run.setTraffic(target, wanted, signal);

  const tagStays = service.tags.some((entry) => entry.tag === tag);
  if (tagStays || (back !== undefined && !sameSplit(service.serving, back)))
    return failed('TRAFFIC_NOT_MOVED', {
      summary: 'The service could not be put back as it was.',
      evidence: [
        service.problem ?? 'Cloud Run gave no reason',
        `Serving: ${splitText(service.serving)}`,
        ...(back === undefined ? [] : [`Wanted: ${splitText(back)}`]),
        ...(tagStays ? [`The tag ${tag} is still there`] : []),
      ],
    });
  const moved = back !== undefined && (hadTraffic || failure?.step === 'verify');
  const digest = moved && failure !== undefined && !byHand.has(failure.code) ? build?.digest : undefined;
  if (digest === undefined) return finished({ split: service.serving, moved, tagRemoved: true });
  const reason = failure?.summary ?? 'it was taken back from users';
  await records.quarantine.quarantine(target.service, { digest, operation: operation.id, reason, at: now() });
  return finished({ split: service.serving, moved, tagRemoved: true, quarantined: digest });
};
