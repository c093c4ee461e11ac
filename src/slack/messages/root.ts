import type { KnownBlock } from '@slack/types';
import { openCountdown } from '../../domain/countdown.ts';
import { awaitsApproval, type Operation, operationLabel, partsOf, titleOf } from '../../domain/operation.ts';
import { stepTitles } from '../../domain/plan.ts';
import { controlButtons } from './control-buttons.ts';
import { decisionButtons } from './decision-buttons.ts';
import { type Draft, draft } from './draft.ts';
import { type IssueFacts, issueLink } from './issue.ts';
import { estimateFacts } from './estimate.ts';
import { brief, code, duration, shortDigest } from './mrkdwn.ts';
import { tasksOf } from './tasks.ts';

/** The message that is the operation: what, where, who, how far, and the buttons that act now. */
export function root(operation: Operation, issue?: IssueFacts): Draft {
  return draft({
    key: 'root',
    lines: [
      `*${titleOf(operation.request)}* · ${operationLabel(operation.id)} · ${status(operation)}`,
      facts(operation, issue),
    ],
    more: [
      {
        type: 'plan',
        title: sentence(status(operation)),
        tasks: tasksOf(operation),
      },
      ...(awaitsApproval(operation) ? [decisionButtons(operation)] : []),
      ...controlButtons(operation),
    ] satisfies KnownBlock[],
  });
}

function facts(operation: Operation, issue: IssueFacts | undefined): string {
  const about = issueLink(operation, issue);
  const { kind, ref, byName, cause, image, back } = operation.request;
  const build = operation.results.build;
  return [
    ...(kind === 'infrastructure' && back !== true ? [`ref ${code(ref)}`] : []),
    ...(kind === 'deploy' ? [image === undefined ? `ref ${code(ref)}` : 'an image that is there'] : []),
    ...(about === undefined ? [] : [`issue ${about}`]),
    `by ${brief(byName)}`,
    ...(cause === undefined ? [] : [brief(cause.reason)]),
    ...(build === undefined ? [] : [`image ${code(shortDigest(build.digest))}`]),
    ...estimateFacts(operation),
  ].join(' · ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** One line that says how the operation stands. */
export function status(operation: Operation): string {
  if (operation.outcome === undefined) return progress(operation);
  const took = duration((operation.finishedAt ?? 0) - (operation.startedAt ?? operation.requestedAt));
  switch (operation.outcome) {
    case 'succeeded':
      return `succeeded in ${took}`;
    case 'blocked':
      return `blocked at ${failedStep(operation)} after ${took}`;
    case 'inconclusive':
      return `inconclusive after ${took}`;
    case 'failed':
      return operation.failure === undefined
        ? `${operation.results.suites === undefined ? 'unhealthy' : 'tests failed'} after ${took}`
        : `failed at ${failedStep(operation)} after ${took}`;
    case 'rolled-back':
      return `rolled back after ${took}: ${failedStep(operation)} failed`;
    case 'rejected':
      return 'rejected';
    case 'cancelled':
      return 'cancelled';
    case 'expired':
      return 'not approved in time';
  }
}

function progress(operation: Operation): string {
  if (operation.phase === 'queued')
    return operation.queue === undefined
      ? 'queued'
      : `queued, #${operation.queue.position} behind ${operationLabel(operation.queue.behind)}`;
  if (awaitsApproval(operation)) return 'waiting for approval';
  if (partsOf(operation).some((part) => openCountdown(part) !== undefined))
    return 'going back unless somebody keeps it';
  const steps = partsOf(operation).flatMap((part) => {
    const step = part.steps.find(({ status: state }) => state === 'running' || state === 'waiting');
    return step === undefined ? [] : [named(stepTitles[step.name], operation, part.request.services[0])];
  });
  return steps.length === 0 ? 'running' : `${steps.join(', ')} …`;
}

function failedStep(operation: Operation): string {
  const { failure } = operation;
  return failure === undefined ? 'a step' : named(stepTitles[failure.step], operation, failure.service);
}

/** `Build of backend` where there are several services. */
function named(title: string, { parts }: Operation, service: string | undefined): string {
  return parts === undefined || service === undefined ? title : `${title} of ${service}`;
}
