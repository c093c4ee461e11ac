import { type Carried, carry, earlier } from '../../src/cloud/carry.ts';
import type { ServiceView } from '../../src/cloud/service-view.ts';
import { candidateTag, revisionName } from '../../src/domain/naming.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { type Split, sameSplit, splitText } from '../../src/domain/results.ts';
import { decidedAt } from '../../src/domain/timing.ts';
import { type WayBack, wayBack } from '../../src/domain/way-back.ts';
import { failed, finished, type Step, type StepContext } from '../step.ts';

/** What speaks against the image itself; people, other services and Google have reasons that are not its own. */
const itsFault: ReadonlySet<ReasonCode> = new Set(['TRIGGER_FIRED', 'UNHEALTHY_AFTER_SHIFT']);

/**
 * Takes the candidate's tag away, and users back to who served them if the shift had begun; a failed
 * revision left in the traffic would make the next deploy report today's failure. With users goes the ingress, and the
 * template last, so that the next change by anybody does not begin from this one. An image that a rule took back from
 * users goes into quarantine, so that it stays back. Twice is safe: nothing is written when it is so already.
 */
export const restore: Step<'restore'> = async (context) => {
  const { cloud, operation, target, signal } = context;
  const tag = candidateTag(operation);
  const own = revisionName(operation, target);
  const before = await cloud.run.service(target, signal);
  if (before === undefined) return finished({ split: [], moved: false, tagRemoved: false });

  const { serving, ingress, modifier } = before;
  const percents = target.rollout.steps;
  const back = wayBack(operation, { serving, ingress, modifier, own, percents });
  const wanted = {
    drop: tag,
    ingress: back.ingress,
    ...(back.split === undefined ? {} : { split: back.split }),
  };
  const service = await cloud.run.setTraffic(target, wanted, signal);
  const movedAt = context.now();
  const problem = notAsWanted(service, { tag, split: back.split });
  if (problem !== undefined) return problem;

  const moved = back.split !== undefined && back.had;
  const quarantined = await quarantine(back, context);
  const template = await templateBack(own, service, context);
  const decided = decidedAt(operation);
  return finished({
    split: service.serving,
    moved,
    ...(moved && decided !== undefined ? { tookMs: Math.max(0, movedAt - decided) } : {}),
    tagRemoved: true,
    ...(quarantined === undefined ? {} : { quarantined }),
    ...(template === undefined ? {} : { template }),
    ...(back.foreign === undefined ? {} : { foreign: back.foreign }),
  });
};

function notAsWanted(
  { tags, serving, problem }: ServiceView,
  { tag, split }: { readonly tag: string; readonly split: Split | undefined },
) {
  const tagStays = tags.some((entry) => entry.tag === tag);
  if (!tagStays && (split === undefined || sameSplit(serving, split))) return undefined;
  return failed('TRAFFIC_NOT_MOVED', {
    summary: 'The service could not be put back as it was.',
    evidence: [
      problem ?? 'Cloud Run gave no reason',
      `Serving: ${splitText(serving)}`,
      ...(split === undefined ? [] : [`Wanted: ${splitText(split)}`]),
      ...(tagStays ? [`The tag ${tag} is still there`] : []),
    ],
  });
}

/** @returns the digest that nobody gets again. */
async function quarantine(
  { had, split, foreign }: WayBack,
  context: StepContext,
): Promise<string | undefined> {
  const { operation, target, records, now } = context;
  const { failure, id } = operation;
  const digest = operation.results.build?.digest;
  const taken = had && (split !== undefined || foreign !== undefined);
  if (!taken || digest === undefined || failure === undefined || !itsFault.has(failure.code))
    return undefined;
  await records.quarantine.quarantine(target.service, {
    digest,
    operation: id,
    reason: failure.summary,
    at: now(),
  });
  return digest;
}

/** @returns what the service has then; undefined when the candidate serves users, and so does its template. */
async function templateBack(
  own: string,
  { carries, serving }: ServiceView,
  { cloud, target, signal }: StepContext,
): Promise<Carried | undefined> {
  const [most] = serving;
  if (most === undefined || serving.some(({ revision }) => revision === own)) return undefined;
  if (carries !== own) return { revision: carries };
  const to = await earlier(cloud.run, { target, revision: own, instead: most.revision }, signal);
  return carry(cloud.run, { target, from: own, to }, signal);
}
