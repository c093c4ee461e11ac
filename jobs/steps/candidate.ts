import type { ServiceView } from '../../src/cloud/service-view.ts';
import { explain } from '../../src/domain/cause.ts';
import { causeParts } from '../../src/domain/cause/origin.ts';
import { candidateTag, revisionName } from '../../src/domain/naming.ts';
import { Drift, type Failed } from '../drift.ts';
import { weigh } from '../weigh.ts';
import { originOf } from '../origin.ts';
import { failed, finished, resultOf, type Step, type StepContext } from '../step.ts';

/**
 * Creates the revision that no user reaches, and waits until it is ready. Twice is safe: its name comes
 * from the operation, and a service whose template bears that name is not written again.
 */
export const candidate: Step<'candidate'> = async (context) => {
  const { cloud, operation, target, signal } = context;
  const revision = revisionName(operation, target);
  const tag = candidateTag(operation);
  const { image, commit } = resultOf(operation, 'build');
  const { id, approval, request } = operation;
  const foreign = await foreignHand(context);
  if (foreign !== undefined) return foreign;
  const creation = await cloud.run.createCandidate(
    {
      target,
      revision,
      tag,
      image,
      commit,
      operation: id,
      deployer: request.byName,
      approved: approval?.shown.wish,
    },
    signal,
  );
  if (creation === 'changed')
    return failed('CONFIG_CHANGED', {
      summary: 'What would be deployed is no longer what was approved, so nothing was.',
    });
  const readiness = await cloud.run.readiness(target, revision, signal);
  if (readiness.kind !== 'ready') {
    const problem =
      readiness.kind === 'failed' ? readiness.problem : 'Cloud Run has not said why in 10 minutes';
    return notReady(context, revision, problem);
  }
  const service = await cloud.run.settled(target, signal);
  const url = service.tags.find((entry) => entry.tag === tag)?.url;
  if (url === undefined)
    return notReady(context, revision, service.problem ?? `Cloud Run gave the tag ${tag} no URL`);
  const [facts, container] = await Promise.all([factsOf(service, context), weigh(context, revision)]);
  return finished({
    revision,
    tag,
    url,
    split: service.serving,
    ...facts,
    ...(container === undefined ? {} : { container }),
  });
};

/** Traffic that somebody else moved since it was approved, or since the operation began where nobody is asked. */
async function foreignHand(context: StepContext): Promise<Failed | undefined> {
  const { cloud, operation, target, signal } = context;
  const { preflight, approval } = operation.results;
  const approved = approval?.splits?.[target.service];
  const split = approved ?? preflight?.split ?? [];
  // Where nothing served there is nobody to move.
  if (split.length === 0) return undefined;
  const since = approved === undefined ? 'when this deploy began' : 'when it was approved';
  const again = async () => {
    await cloud.run.setTraffic(target, { split }, signal);
    return undefined;
  };
  return new Drift({ split, since }, context).now({ again });
}

/** What the shift, and a way back, must know of the service. */
async function factsOf(service: ServiceView, { cloud, target, signal }: StepContext) {
  const { template, ingress, serving } = service;
  const after = target.template?.ingress;
  const opened = ingress === undefined || after === undefined || after === ingress;
  const raw = await Promise.all(serving.map(({ revision }) => cloud.run.revision(target, revision, signal)));
  const sticky = [...raw, service.raw.template].some((each) => each?.sessionAffinity === true);
  return {
    template,
    ...(opened ? {} : { ingress: { before: ingress, after } }),
    ...(sticky ? { affinity: true } : {}),
  };
}

/** Joins Cloud Run's condition with the lines of the revision that explain it, and with what is new in it. */
async function notReady(context: StepContext, revision: string, problem: string) {
  const { cloud, target, signal } = context;
  const { cause, lines } = explain(await cloud.logs.ofRevision(target, revision, signal), problem);
  const advice = [
    ...(cause?.known === undefined ? [] : [cause.known.advice]),
    ...(cause?.at === undefined ? [] : [`Look at ${cause.at}, mend it and deploy again.`]),
  ].join(' ');
  return failed('CANDIDATE_NOT_READY', {
    summary: `Revision ${revision} did not become ready.`,
    evidence: [problem],
    logs: [...lines],
    ...causeParts(cause, cause && (await originOf(revision, context))),
    ...(advice === '' ? {} : { advice }),
  });
}
