import type { RichTextBlock, TaskCardBlock } from '@slack/types';
import { firedText, openCountdown } from '../../domain/countdown.ts';
import { countsText } from '../../domain/infrastructure/approval.ts';
import { awaitsApproval, type Operation, type StepState } from '../../domain/operation.ts';
import { stepTitles } from '../../domain/plan.ts';
import type { SuiteRun } from '../../domain/suite/run.ts';
import { reasons } from '../../domain/reasons.ts';
import type { StepResults } from '../../domain/results.ts';
import { clean, clip, duration, shortDigest } from './mrkdwn.ts';

const taskStatus = {
  pending: 'pending',
  running: 'in_progress',
  waiting: 'in_progress',
  finished: 'complete',
  failed: 'error',
} as const satisfies Record<StepState['status'], TaskCardBlock['status']>;

/** The steps of one service; of several, a task for each of them, and what they take together. */
export function tasksOf(operation: Operation): TaskCardBlock[] {
  const { parts } = operation;
  const own = operation.steps.map((step) => task(operation, step));
  return parts === undefined ? own : [...own, ...parts.map(serviceTask)];
}

const rank = ['failed', 'running', 'waiting'] as const;

/** How far one of several services is. */
function serviceTask(part: Operation): TaskCardBlock {
  const { steps } = part;
  const [service = ''] = part.request.services;
  const state = rank.find((each) => steps.some(({ status: now }) => now === each));
  const now = steps.find(({ status: each }) => each === state);
  const done = steps.filter(({ status: each }) => each === 'finished');
  const whole = done.length === steps.length ? 'finished' : 'pending';
  const text = [
    ...done.map((step) => `${stepTitles[step.name]} ${tookText(step)}`),
    ...(now?.status === 'running' && now.progress !== undefined ? [clip(now.progress, 200)] : []),
    ...(now?.failure === undefined ? [] : [`${now.failure.code}: ${reasons[now.failure.code].meaning}`]),
  ].join(' · ');
  return {
    type: 'task_card',
    task_id: service,
    title: now === undefined ? service : `${service} · ${stepTitles[now.name]}`,
    // Between two steps it waits for another service.
    status: taskStatus[state ?? (done.length > 0 && whole === 'pending' ? 'waiting' : whole)],
    ...(text === '' ? {} : { details: richText(text) }),
  };
}

function tookText({ startedAt = 0, finishedAt = 0 }: StepState): string {
  return duration(finishedAt - startedAt);
}

/** Words of ours only: rich text knows no escaping. */
export function richText(text: string): RichTextBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  };
}

function task(operation: Operation, step: StepState): TaskCardBlock {
  const took =
    step.startedAt === undefined || step.finishedAt === undefined
      ? expected(operation, step)
      : ` · ${tookText(step)}`;
  const details = detail(operation, step);
  return {
    type: 'task_card',
    task_id: step.name,
    title: `${stepTitles[step.name]}${took}`,
    status: taskStatus[step.status],
    ...(details === undefined ? {} : { details: richText(details) }),
  };
}

/** ` · usually 2 m`, where that is known. */
function expected({ estimates, phase }: Operation, { name, late }: StepState): string {
  const usual = estimates?.steps[name];
  if (usual === undefined || phase === 'finished') return '';
  const more = late === true ? `, and it was over by ${duration(usual.p90)} in 9 of 10` : '';
  return ` · usually ${duration(usual.median)}${more}`;
}

function detail(operation: Operation, step: StepState): string | undefined {
  const countdown = step.name === 'shift' ? openCountdown(operation) : undefined;
  // The seconds are told by the reply alone: each redraw of the root would be one more update of Slack's few.
  if (countdown !== undefined) return `${firedText(countdown.triggers)} went over the limit`;
  if (step.status === 'running' && step.progress !== undefined) return clip(step.progress, 200);
  if (step.failure !== undefined) return `${step.failure.code}: ${reasons[step.failure.code].meaning}`;
  const { candidate, build, suites, preflight, plan, approval } = operation.results;
  switch (step.name) {
    case 'build':
      return build === undefined ? undefined : shortDigest(build.digest);
    case 'preflight':
      return checked(preflight);
    case 'candidate':
      return candidate === undefined ? undefined : clip(candidate.revision, 100);
    case 'approval':
      return awaitsApproval(operation) ? 'waiting for an approver' : approval?.skipped;
    case 'plan':
      return plan === undefined ? undefined : countsText(plan.counts);
    case 'suites':
      return suites === undefined ? undefined : suites.runs.map(testsText).join(' · ');
    case 'rounds':
    case 'lint':
    case 'apply':
    case 'propagate':
    case 'outputs':
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

/** `e2e 23/25` */
function testsText({ suite, counts: { passed, failed }, problem }: SuiteRun): string {
  return problem === undefined ? `${suite} ${passed}/${passed + failed}` : `${suite}: ${problem.code}`;
}

/** `9 ready, 1 could not be checked: Slack channel`. Nothing for what an older slipway has checked. */
function checked({ ready, unchecked = [] }: Partial<StepResults['preflight']> = {}): string | undefined {
  if (ready === undefined) return undefined;
  const open =
    unchecked.length === 0 ? '' : `, ${unchecked.length} could not be checked: ${unchecked.join('; ')}`;
  return clip(clean(`${ready.length} ready${open}`), 300);
}
