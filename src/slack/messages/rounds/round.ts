import type { KnownBlock } from '@slack/types';
import { awaitsApproval, type Operation, operationLabel, partsOf } from '../../../domain/operation.ts';
import { runsOf } from '../../../domain/rounds/compare.ts';
import { isGreenRound } from '../../../domain/rounds/next.ts';
import type { Round } from '../../../domain/rounds/state.ts';
import type { Finding, RoundSummary } from '../../../domain/rounds/summary.ts';
import { blockedLines } from '../blocked.ts';
import { controlButtons } from '../control-buttons.ts';
import { decisionButtons } from '../decision-buttons.ts';
import { type Draft, draft, longestText, section } from '../draft.ts';
import { driftLines } from '../drift.ts';
import { failureLines } from '../failure.ts';
import { brief, clip, code, duration, pre } from '../mrkdwn.ts';
import { servedLines, trafficLine } from '../report.ts';
import { status } from '../root.ts';
import { table } from '../table.ts';
import { tasksOf } from '../tasks.ts';
import { metricLine } from '../validation.ts';
import { greenText, idsLine, resultText, testsText } from './words.ts';

export interface RoundView {
  readonly round: Round;
  /** Its operation. */
  readonly child: Operation;
  /** The last one before it whose tests ran. */
  readonly before: RoundSummary | undefined;
  /** Whether there is to be no other one. */
  readonly last: boolean;
}

/** The one reply of a round: how it goes while it runs, with its own buttons, and at its end what it brought. */
export function roundReply(view: RoundView): Draft {
  const { round, child } = view;
  const key = `round-${round.round}`;
  if (round.summary === undefined) return underWay(key, view);
  const tests = testLines(view, round.summary);
  const deployed = [...failed(child), ...(round.way === 'deploy' ? deployedLines(child) : [])];
  const text = [...tests, ...deployed].filter((line) => line !== '').join('\n');
  const blocks = [
    section(tests.join('\n')),
    ...(deployed.length === 0 ? [] : [section(deployed.join('\n'))]),
  ];
  return { key, text: clip(text, longestText), blocks: [...blocks, ...moduleTable(child)], broadcast: false };
}

function title({ round, child }: RoundView): string {
  const { way, ref, byName } = round;
  const what = way === 'deploy' ? `ref ${code(ref, 100)}` : 'the failed tests once more';
  const who = byName === undefined ? '' : ` · by ${brief(byName)}`;
  return `*Round ${round.round}* · ${what} · ${operationLabel(child.id)}${who}`;
}

function underWay(key: string, view: RoundView): Draft {
  const { child } = view;
  return draft({
    key,
    lines: [`${title(view)} · ${status(child)}`, ...driftLines(child)],
    more: [
      { type: 'plan', title: `Round ${view.round.round}`, tasks: tasksOf(child) },
      ...(awaitsApproval(child) ? [decisionButtons(child)] : []),
      ...controlButtons(child),
    ] satisfies KnownBlock[],
  });
}

function testLines(view: RoundView, summary: RoundSummary): readonly string[] {
  const { round, before } = view;
  const was = before === undefined ? '' : `${before.modules.green} of ${before.modules.all} → `;
  const ran = summary.modules.all > 0;
  return [
    `${title(view)} · *${resultText(round)}* · ${duration(summary.tookMs)}`,
    ran
      ? `*Modules* ${was}${summary.modules.green} of ${summary.modules.all} green · *Tests* ${testsText(summary)}`
      : `*Tests* ${brief(greenText(summary), 200)}`,
    ...idsLine('Newly fixed', summary.fixed),
    ...idsLine('Newly broken', summary.broken),
    ...idsLine('Still failing', before === undefined ? [] : summary.failing),
    ...idsLine('Not run any more', summary.missing),
    ...idsLine('Flaky, passed when run again', summary.flaky),
    ...summary.findings
      .slice(0, 3)
      .flatMap((finding, index) => findingLines(finding, index === 0 ? 500 : 200)),
    ...(summary.findings.length > 3 ? [`and ${summary.findings.length - 3} more causes`] : []),
    ...summary.problems
      .slice(0, 3)
      .map(
        ({ suite, code: what, summary: why }) =>
          `*Suite* ${brief(suite, 60)}: ${brief(why, 200)} ${code(what)}`,
      ),
    expectedLine(view, summary),
  ];
}

function findingLines({ cause, tests, excerpt }: Finding, most: number): readonly string[] {
  const count = tests.length === 1 ? '1 test' : `${tests.length} tests`;
  return [
    `*Finding* ${count}: ${brief(cause, 200)}`,
    ...(excerpt.trim() === '' ? [] : [pre(clip(excerpt, most).split('\n'), most)]),
  ];
}

/** What would be another state than this one. */
function expectedLine({ round, last }: RoundView, summary: RoundSummary): string {
  if (isGreenRound(round)) return '*Next* nothing: all tests pass.';
  if (last) return '';
  const { blockers = [] } = summary;
  const [finding] = summary.findings;
  const gone = [
    ...(blockers.length > 0 ? [`${brief(blockers.join(', '), 200)} out of the way`] : []),
    ...(summary.code === undefined || blockers.length > 0 ? [] : [`${code(summary.code)} is gone`]),
    ...(finding === undefined ? [] : [`“${brief(finding.cause, 120)}” is gone`]),
    ...(summary.tests.failed === 0 ? [] : [`${failingText(summary)} pass`]),
    ...(summary.missing.length === 0 ? [] : [`${summary.missing.length} tests run again`]),
    ...summary.problems.map(({ suite }) => `suite ${brief(suite, 60)} reports`),
  ];
  return gone.length === 0 ? '' : `*Expected of the next round* ${gone.join(' · ')}`;
}

function failingText({ tests, modules }: RoundSummary): string {
  const failing = tests.failed === 1 ? 'the failing test' : `the ${tests.failed} failing tests`;
  const red = modules.all - modules.green;
  return `${failing} of ${red} ${red === 1 ? 'module' : 'modules'}`;
}

function failed(child: Operation): readonly string[] {
  const { failure } = child;
  if (failure === undefined) return [];
  return failure.blockers === undefined ? failureLines(failure) : blockedLines(failure);
}

/** What users have now because of it. */
function deployedLines(child: Operation): readonly string[] {
  if (child.outcome !== 'succeeded') return partsOf(child).map(trafficLine);
  return [...servedLines(child), metricsOf(child)];
}

function metricsOf({ results }: Operation): string {
  return results.prove === undefined ? '' : metricLine(results.prove.record);
}

/** Those that fail first. */
function moduleTable(child: Operation): readonly KnownBlock[] {
  const modules = runsOf(child)
    .flatMap((run) => run.modules)
    .toSorted((a, b) => b.failed - a.failed);
  if (modules.length === 0) return [];
  const rows = modules.map(({ name, passed, failed: bad, skipped, tookMs }) => [
    name,
    String(passed),
    String(bad),
    String(skipped),
    duration(tookMs),
  ]);
  return [table(['Module', 'Passed', 'Failed', 'Skipped', 'Time'], rows)];
}
