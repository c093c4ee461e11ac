import { containerText, costBasis } from '../container/words.ts';
import { type Operation, operationLabel, revisionOf, titleOf } from '../operation.ts';
import { reasons } from '../reasons.ts';
import { splitText } from '../results.ts';
import { isGreen, type SuiteRun } from '../suite/run.ts';
import type { RecordedCheck } from '../validation/record.ts';
import { md, mdBox, mdCode, mdLink, mdList } from './markdown.ts';
import { resolutionOf } from './resolution.ts';
import { changedLines, failingLines, roundLines, servedIn } from './rounds.ts';

/** https://github.com/orgs/community/discussions/27190: "body is too long (maximum is 65536 characters)" */
const longestComment = 65_536;

/**
 * What stands in the comment of an operation and is shown to nobody: by it the comment is found again. The number of an
 * operation is given again when a ledger is lost, and by another slipway; its `uid` is not.
 */
export function markerOf({ id, request }: Operation): string {
  return `<!-- slipway: ${id} ${request.uid} -->`;
}

/** What a comment tells beside its operation. */
export interface CommentFacts {
  /** Address of its thread in Slack. Absent: Slack does not tell. */
  readonly thread?: string | undefined;
  /** Operations of its rounds. Absent: there are none. */
  readonly children?: readonly Operation[];
}

/** The report of an operation as a comment on an issue. */
export function commentOf(operation: Operation, { thread, children = [] }: CommentFacts = {}): string {
  const { id, request, outcome } = operation;
  const { kind, why } = resolutionOf(operation);
  const words = {
    resolved: 'Resolved',
    'not-resolved': 'Not resolved',
    undecided: 'Not shown to be resolved',
  };
  const facts = [
    operationLabel(id),
    ...(request.kind === 'deploy' ? [`ref ${mdCode(request.ref)}`] : []),
    ...(request.kind === 'rounds' ? [`suites ${mdCode((request.suites?.names ?? []).join(', '))}`] : []),
    `by ${md(request.byName, 100)}`,
    ...(thread === undefined ? [] : [mdLink(thread, 'thread in Slack')]),
  ];
  const lines = [
    `### ${md(titleOf(request))}: ${outcome ?? 'under way'}`,
    '',
    facts.join(' · '),
    '',
    `**${words[kind]}**: ${md(why)}.`,
    ...failureLines(operation),
    ...roundLines(operation, children),
    ...failingLines(operation),
    ...servedIn(operation, children).flatMap((part) => serviceLines(part)),
    ...changedLines(operation),
  ];
  return within(lines, markerOf(operation));
}

function failureLines({ failure }: Operation): readonly string[] {
  if (failure === undefined) return [];
  const { code, summary, cause, evidence, advice, blockers = [] } = failure;
  return [
    '',
    `**What happened**: ${md(summary)} ${mdCode(code)}`,
    ...(cause === undefined ? [] : ['', `**Cause**: ${mdCode(cause)}`]),
    ...mdList(evidence.map((fact) => mdCode(fact))),
    ...mdList(
      blockers.map(({ what, prevents, advice: help }) => `${md(what)}: ${md(prevents)}. ${md(help)}`),
    ),
    '',
    `**Next**: ${md(advice ?? reasons[code].next)}`,
  ];
}

function serviceLines(part: Operation): readonly string[] {
  const { request, results } = part;
  const { shift, verify, build, candidate, prove, suites, validate } = results;
  const revision = revisionOf(part);
  const weighed = candidate?.container;
  const basis = weighed && costBasis(weighed);
  const records = [prove?.record, ...(validate?.services ?? []).map(({ record }) => record)];
  const checks = records.flatMap((record) => record?.checks ?? []);
  const facts = [
    ...(revision === undefined ? [] : [`Revision ${mdCode(revision)}`]),
    ...(shift === undefined ? [] : [`Traffic ${mdCode(splitText(shift.split))}`]),
    ...(verify === undefined ? [] : [`URL ${mdLink(verify.url, verify.url)}`]),
    ...(build === undefined ? [] : [`Image ${mdCode(build.image)}`]),
    ...(weighed === undefined ? [] : [`Container: ${md(containerText(weighed))}`]),
    ...(basis === undefined ? [] : [md(basis)]),
  ];
  const runs = suites?.runs ?? [];
  const lines = mdList([
    ...facts,
    ...runs.map((run) => suiteLine(run)),
    ...checks.map((check) => checkLine(check)),
  ]);
  return lines.length === 0 ? [] : ['', `#### ${md(request.services.join(', '))}`, ...lines];
}

function checkLine({ name, verdict, measured, diagnoses: [first] }: RecordedCheck): string {
  const why = first === undefined ? '' : ` (${mdCode(first.code)})`;
  return `${mdBox(verdict === 'healthy')} ${md(name)}: ${verdict}, ${md(measured)}${why}`;
}

function suiteLine(run: SuiteRun): string {
  const { suite, counts, modules, problem, failed } = run;
  const green = modules.filter((module) => module.failed === 0).length;
  const tests = `${green} of ${modules.length} modules, ${counts.passed} tests passed, ${counts.failed} failed`;
  const told = problem === undefined ? tests : `${problem.code}: ${problem.summary}`;
  const first = failed.slice(0, 3).map(({ id }) => mdCode(id));
  return `${mdBox(isGreen(run))} ${md(suite)}: ${[md(told), ...first].join(', ')}`;
}

/** The marker comes first, so that what is cut is never that. */
function within(lines: readonly string[], marker: string): string {
  const text = [marker, ...lines].join('\n');
  if (text.length <= longestComment) return text;
  const end = '\n\n… the rest is in Slack.';
  const kept = text.slice(0, longestComment - end.length);
  return `${kept.slice(0, kept.lastIndexOf('\n'))}${end}`;
}
