import { type Operation, operationLabel } from '../../domain/operation.ts';
import { splitText } from '../../domain/results.ts';
import { type Draft, draft } from './draft.ts';
import { nextStep } from './failure.ts';
import { code, escape, link } from './mrkdwn.ts';
import { status } from './root.ts';
import { checkLine } from './steps.ts';

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
    `Revision ${code(candidate?.revision ?? '')}, before ${escape(splitText(before))}`,
    `Traffic ${escape(splitText(shift?.split ?? []))}`,
    `URL ${link(verify?.url ?? '')}`,
    `Image ${code(build?.image ?? '')} from ref ${code(request.ref)}`,
    ...(verify?.checks ?? []).map((check) => `Health ${checkLine(check)}`),
    ...(approval === undefined ? [] : [`Approved by ${escape(approval.by)}`]),
    `Next: nothing to do. To deploy something else: ${code(`/deploy ${request.service} ${request.environment} ref:…`)}`,
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
    `${escape(cause.summary)} ${code(cause.code)}`,
    ...(cause.cause === undefined ? [] : [`Cause ${code(cause.cause)}`]),
    stuck
      ? 'Traffic could not be put back: look at the service now.'
      : serving === undefined
        ? 'Traffic untouched'
        : `Traffic ${untouched}: ${escape(splitText(serving))}`,
    `Next: ${nextStep(cause)}`,
  ];
}
