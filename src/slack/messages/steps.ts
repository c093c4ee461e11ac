import type { TableBlock } from '@slack/types';
import {
  type ApprovalState,
  awaitsApproval,
  type Operation,
  operationLabel,
  stepOf,
} from '../../domain/operation.ts';
import { type StepName, stepTitles } from '../../domain/plan.ts';
import type { Check, Split } from '../../domain/results.ts';
import { splitText } from '../../domain/results.ts';
import { type Draft, draft } from './draft.ts';
import { failureLines } from './failure.ts';
import { brief, clip, code, duration, link, shortDigest } from './mrkdwn.ts';

/** Ends of an approval that are answers to its question; anything else that ends it is a fault. */
const answers: ReadonlySet<string> = new Set(['REJECTED', 'APPROVAL_EXPIRED']);

/** The reply of a step, or undefined while it has nothing to show. */
export function stepReply(operation: Operation, name: StepName): Draft | undefined {
  const step = stepOf(operation, name);
  const decided = step?.failure === undefined || answers.has(step.failure.code);
  if (name === 'approval' && operation.approval !== undefined && decided) return approvalReply(operation);
  if (step?.failure !== undefined)
    return draft({
      key: name,
      lines: [`*${stepTitles[name]} failed*`, ...failureLines(step.failure)],
    });
  switch (name) {
    case 'build':
      return buildReply(operation);
    case 'candidate':
      return candidateReply(operation);
    case 'prove':
      return proveReply(operation);
    case 'shift':
      return shiftReply(operation);
    case 'restore':
      return restoreReply(operation);
    // What these find is in the report.
    case 'preflight':
    case 'verify':
    case 'approval':
      return undefined;
  }
}

function took(operation: Operation, name: StepName): string {
  const step = stepOf(operation, name);
  return duration((step?.finishedAt ?? 0) - (step?.startedAt ?? 0));
}

function buildReply(operation: Operation): Draft | undefined {
  const result = operation.results.build;
  if (result === undefined) return undefined;
  return draft({
    key: 'build',
    lines: [
      `*Built* ${code(operation.request.ref)} in ${took(operation, 'build')}: image ${code(shortDigest(result.digest))}`,
      result.logUrl === undefined ? '' : link(result.logUrl, 'Build log'),
    ],
  });
}

function candidateReply(operation: Operation): Draft | undefined {
  const result = operation.results.candidate;
  if (result === undefined) return undefined;
  return draft({
    key: 'candidate',
    lines: [
      `*Candidate ready* in ${took(operation, 'candidate')}: ${code(result.revision)} with ${shareOf(result.revision, result.split)}`,
      `*Its own URL* ${link(result.url)}`,
    ],
  });
}

/** A first deploy has nobody else to give the traffic to. */
function shareOf(revision: string, split: Split): string {
  const percent = split.find((entry) => entry.revision === revision)?.percent ?? 0;
  return percent === 0
    ? 'no traffic'
    : `${percent} % of the traffic: it is the first revision of the service`;
}

function proveReply(operation: Operation): Draft | undefined {
  const result = operation.results.prove;
  if (result === undefined) return undefined;
  return draft({
    key: 'prove',
    lines: ['*Candidate healthy* on its own URL', ...checkLines(result.checks)],
    more: [checkTable(result.checks)],
  });
}

function shiftReply(operation: Operation): Draft | undefined {
  const result = operation.results.shift;
  if (result === undefined) return undefined;
  return draft({
    key: 'shift',
    lines: [`*Traffic moved* in ${took(operation, 'shift')}: ${brief(splitText(result.split))}`],
    more: [splitTable(operation.results.preflight?.split ?? [], result.split)],
  });
}

function restoreReply(operation: Operation): Draft | undefined {
  const result = operation.results.restore;
  if (result === undefined) return undefined;
  const headline = result.moved ? '*Traffic put back*' : '*Traffic untouched*';
  return draft({
    key: 'restore',
    lines: [
      `${headline}: ${brief(splitText(result.split))}`,
      result.tagRemoved ? "The candidate's tag is removed." : '',
    ],
  });
}

function approvalReply(operation: Operation): Draft | undefined {
  const approval = operation.approval;
  if (approval === undefined) return undefined;
  const { service, environment } = operation.request;
  const what = [
    `*Image* ${code(approval.shown.digest)} from ref ${code(operation.request.ref)}`,
    `*Serving now* ${brief(approval.shown.split)}`,
  ];
  if (approval.decision !== undefined) {
    const verb = approval.decision.kind === 'approved' ? 'Approved' : 'Rejected';
    return draft({ key: 'approval', lines: [`*${verb}* by ${brief(approval.decision.byName)}`, ...what] });
  }
  if (!awaitsApproval(operation))
    return draft({ key: 'approval', lines: ['*Nobody approved in time*', ...what] });
  const self = approval.self ? '' : ` ${brief(operation.request.byName)} may not approve it.`;
  return draft({
    key: 'approval',
    lines: [
      `*Approval needed* by ${approval.by.map(mention).join(' or ')}: deploy ${service} to ${environment} (${operationLabel(operation.id)})`,
      ...(approval.voided === undefined ? [] : [voidedLine(approval.voided)]),
      ...what,
      `Use the buttons at the top of this thread until ${dateText(approval.expiresAt)}.${self}`,
    ],
  });
}

function voidedLine({ changed, approvedBy }: NonNullable<ApprovalState['voided']>): string {
  const whose = approvedBy === undefined ? 'The question before' : `The approval by ${brief(approvedBy)}`;
  return `${whose} is void: ${changed.join(' and ')} changed since.`;
}

/** Rings: only for those who must act. */
function mention(id: string): string {
  return id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`;
}

/** Shown by Slack in the reader's own time zone. */
function dateText(at: number): string {
  const utc = `${new Date(at).toISOString().slice(11, 16)} UTC`;
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${utc}>`;
}

/** More checks than this stand in the table only. */
const mostLines = 10;

/** `GET /health: healthy, 5 of 5 as expected, median 12 ms`, one line a check. */
export function checkLines(checks: readonly Check[]): readonly string[] {
  const more = checks.length - mostLines;
  return [...checks.slice(0, mostLines).map(checkLine), ...(more > 0 ? [`and ${more} more`] : [])];
}

function checkLine(check: Check): string {
  const passed = check.samples - check.failures;
  const speed = check.medianMs === undefined ? '' : `, median ${duration(check.medianMs)}`;
  return `${brief(check.name, 100)}: ${check.verdict}, ${passed} of ${check.samples} as expected${speed}`;
}

function checkTable(checks: readonly Check[]): TableBlock {
  const rows = checks.map((check) => [
    check.name,
    check.expected,
    check.verdict,
    `${check.samples - check.failures} of ${check.samples}`,
    check.medianMs === undefined ? '–' : duration(check.medianMs),
  ]);
  return table(['Check', 'Expected', 'Verdict', 'Passed', 'Median'], rows);
}

function splitTable(before: Split, after: Split): TableBlock {
  const percent = (split: Split, name: string) =>
    split.find(({ revision }) => revision === name)?.percent ?? 0;
  const names = [...new Set([...after, ...before].map(({ revision }) => revision))];
  const rows = names.map((name) => [name, `${percent(before, name)} %`, `${percent(after, name)} %`]);
  return table(['Revision', 'Before', 'After'], rows);
}

/** Slack refuses empty cells and tables of more than 10,000 characters. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): TableBlock {
  const cell = (text: string) => ({ type: 'raw_text' as const, text: text === '' ? '–' : clip(text, 80) });
  return { type: 'table', rows: [head, ...rows.slice(0, 20)].map((row) => row.map(cell)) };
}
