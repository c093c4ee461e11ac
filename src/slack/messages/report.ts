import { type Operation, operationLabel } from '../../domain/operation.ts';
import { splitText } from '../../domain/results.ts';
import { checkLines } from './checks.ts';
import { type Draft, draft } from './draft.ts';
import { nextStep } from './failure.ts';
import { brief, code, link } from './mrkdwn.ts';
import { status } from './root.ts';

/** The last reply: how it ended, what serves now, and what to do next. Measured facts only. */
export function report(operation: Operation): Draft {
  const { service, environment } = operation.request;
  const lines = [
    `*Report* · deploy ${service} to ${environment} · ${operationLabel(operation.id)} · *${status(operation)}*`,
    ...(operation.outcome === 'succeeded' ? success(operation) : failure(operation)),
  ];
  const rings = operation.outcome === 'failed' || operation.outcome === 'rolled-back';
  return draft({ key: 'report', lines, broadcast: rings });
}

function success({ results, request }: Operation): readonly string[] {
  const before = results.preflight?.split ?? [];
  const { candidate, shift, verify, build, approval } = results;
  return [
    `*Revision* ${code(candidate?.revision ?? '')}, before ${brief(splitText(before))}`,
    `*Traffic* ${brief(splitText(shift?.split ?? []))}`,
    `*URL* ${link(verify?.url ?? '')}`,
    `*Image* ${code(build?.image ?? '')} from ref ${code(request.ref)}`,
    ...checkLines(verify?.checks ?? []).map((line) => `*Health* ${line}`),
    ...(approval === undefined ? [] : [`*Approved by* ${brief(approval.by)}`]),
    `*Next* nothing to do. To deploy something else, ${code(`/deploy ${request.service} ${request.environment} ref:…`)}`,
  ];
}

function failure(operation: Operation): readonly string[] {
  const { failure: cause, results } = operation;
  if (cause === undefined) return [];
  const restore = results.restore;
  const serving = restore?.split ?? results.preflight?.split;
  const untouched = restore?.moved === true ? 'put back' : 'untouched';
  const stuck = operation.steps.some((step) => step.name === 'restore' && step.failure !== undefined);
  return [
    `${brief(cause.summary)} ${code(cause.code)}`,
    ...(cause.cause === undefined ? [] : [`*Cause* ${code(cause.cause)}`]),
    stuck
      ? '*Traffic* could not be put back: the reply above says what Cloud Run answered.'
      : serving === undefined
        ? '*Traffic* untouched'
        : `*Traffic* ${untouched}: ${brief(splitText(serving))}`,
    stuck ? '*Next* Give the traffic back to the revision before, by hand.' : `*Next* ${nextStep(cause)}`,
  ];
}
