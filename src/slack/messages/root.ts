import type { KnownBlock, TaskCardBlock } from '@slack/types';
import { firedText, openCountdown } from '../../domain/countdown.ts';
import {
  awaitsApproval,
  type Operation,
  operationLabel,
  type StepState,
  titleOf,
} from '../../domain/operation.ts';
import { stepTitles } from '../../domain/plan.ts';
import { reasons } from '../../domain/reasons.ts';
import { controlButtons } from './control-buttons.ts';
import { decisionButtons } from './decision-buttons.ts';
import { type Draft, draft } from './draft.ts';
import { brief, clip, code, duration, shortDigest } from './mrkdwn.ts';

/** The message that is the operation: what, where, who, how far, and the buttons that act now. */
export function root(operation: Operation): Draft {
  return draft({
    key: 'root',
    lines: [
      `*${titleOf(operation.request)}* · ${operationLabel(operation.id)} · ${status(operation)}`,
      facts(operation),
    ],
    more: [
      {
        type: 'plan',
        title: sentence(status(operation)),
        tasks: operation.steps.map((step) => task(operation, step)),
      },
      ...(awaitsApproval(operation) ? [decisionButtons(operation)] : []),
      ...controlButtons(operation),
    ] satisfies KnownBlock[],
  });
}

function facts(operation: Operation): string {
  const { kind, ref, byName } = operation.request;
  const build = operation.results.build;
  return [
    ...(kind === 'deploy' ? [`ref ${code(ref)}`] : []),
    `by ${brief(byName)}`,
    ...(build === undefined ? [] : [`image ${code(shortDigest(build.digest))}`]),
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
    case 'inconclusive':
      return `inconclusive after ${took}`;
    case 'failed':
      return operation.failure === undefined
        ? `unhealthy after ${took}`
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
  if (openCountdown(operation) !== undefined) return 'going back unless somebody keeps it';
  const step = operation.steps.find(({ status: state }) => state === 'running' || state === 'waiting');
  return step === undefined ? 'running' : `${stepTitles[step.name]} …`;
}

function failedStep(operation: Operation): string {
  return operation.failure === undefined ? 'a step' : stepTitles[operation.failure.step];
}

const taskStatus = {
  pending: 'pending',
  running: 'in_progress',
  waiting: 'in_progress',
  finished: 'complete',
  failed: 'error',
} as const satisfies Record<StepState['status'], TaskCardBlock['status']>;

function task(operation: Operation, step: StepState): TaskCardBlock {
  const took =
    step.startedAt === undefined || step.finishedAt === undefined
      ? ''
      : ` · ${duration(step.finishedAt - step.startedAt)}`;
  const details = detail(operation, step);
  return {
    type: 'task_card',
    task_id: step.name,
    title: `${stepTitles[step.name]}${took}`,
    status: taskStatus[step.status],
    ...(details === undefined
      ? {}
      : {
          details: {
            type: 'rich_text',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: details }] }],
          },
        }),
  };
}

/** Words of ours only: rich text knows no escaping. */
function detail(operation: Operation, step: StepState): string | undefined {
  const countdown = step.name === 'shift' ? openCountdown(operation) : undefined;
  // The seconds are told by the reply alone: each redraw of the root would be one more update of Slack's few.
  if (countdown !== undefined) return `${firedText(countdown.triggers)} went over the limit`;
  if (step.status === 'running' && step.progress !== undefined) return clip(step.progress, 200);
  if (step.failure !== undefined) return `${step.failure.code}: ${reasons[step.failure.code].meaning}`;
  const { candidate, build } = operation.results;
  switch (step.name) {
    case 'build':
      return build === undefined ? undefined : shortDigest(build.digest);
    case 'candidate':
      return candidate === undefined ? undefined : clip(candidate.revision, 100);
    case 'approval':
      return awaitsApproval(operation) ? 'waiting for an approver' : undefined;
    case 'preflight':
    case 'baseline':
    case 'validate':
    case 'prove':
    case 'shift':
    case 'verify':
    case 'restore':
    case 'choose':
    case 'settle':
      return undefined;
  }
}
