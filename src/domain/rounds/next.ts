import type { Outcome } from '../events.ts';
import type { StepResults } from '../results.ts';
import type { Operation } from '../operation.ts';
import { noRounds, type Round, type RoundAsked } from './state.ts';
import type { RoundSummary } from './summary.ts';

/** What has waited so long for a word of anybody is over; it holds nothing meanwhile. Milliseconds. */
export const idleMs = 7 * 86_400_000;

export type RoundsEnd = StepResults['rounds']['end'];

export type RoundsMove =
  | ({ readonly kind: 'begin'; readonly round: number; readonly ref: string } & RoundAsked)
  /** Its operation is under way, or its end is not noted yet. */
  | { readonly kind: 'follow'; readonly round: Round }
  | { readonly kind: 'end'; readonly end: RoundsEnd }
  /** A person decides, or a new build begins the next one. */
  | { readonly kind: 'wait'; readonly sinceMs: number };

/** What comes next in some rounds. Pure: a worker that takes over decides the same. */
export function nextRound({ request, rounds = noRounds }: Operation, now: number): RoundsMove {
  const { list, asked, stopped } = rounds;
  const last = list.at(-1);
  if (last === undefined) return { kind: 'begin', round: 1, way: 'deploy', ref: request.ref };
  if (last.summary === undefined) return { kind: 'follow', round: last };
  if (isGreenRound(last)) return { kind: 'end', end: 'green' };
  if (list.length >= (request.rounds?.max ?? 1)) return { kind: 'end', end: 'max' };
  if (isStalled(list)) return { kind: 'end', end: 'stalled' };
  if (asked !== undefined)
    return { ...asked, kind: 'begin', round: list.length + 1, ref: asked.ref ?? last.ref };
  const sinceMs = last.endedAt ?? now;
  if (stopped !== undefined || now - sinceMs >= idleMs) return { kind: 'end', end: 'stopped' };
  return { kind: 'wait', sinceMs };
}

/** All tests passed, and a deploy that brought them ended well. */
export function isGreenRound({ way, summary }: Pick<Round, 'way' | 'summary'>): boolean {
  if (summary === undefined) return false;
  const { outcome, tests, modules, problems, missing } = summary;
  const deployed = way === 're-run' || outcome === 'succeeded';
  const all = tests.failed === 0 && tests.passed > 0 && modules.green === modules.all;
  // What failed and is skipped now has not passed.
  return deployed && all && problems.length === 0 && missing.length === 0;
}

/** Two deploys in a row that changed nothing: not what fails, not why, not how they ended. */
function isStalled(all: readonly Round[]): boolean {
  // What was stopped before it changed anything says nothing of what it would have brought.
  const list = all.filter(({ summary }) => summary?.outcome !== 'blocked');
  let same = 0;
  for (const [index, { way, summary }] of [...list.entries()].toReversed()) {
    const before = list[index - 1]?.summary;
    if (summary === undefined || before === undefined || newsOf(summary) !== newsOf(before)) return false;
    // Running the same once more is meant to bring the same.
    if (way === 'deploy') same += 1;
    if (same === 2) return true;
  }
  return false;
}

/** What a person would call news if it were another one. */
function newsOf({ outcome, code, broken, failing, missing, findings, problems }: RoundSummary): string {
  return JSON.stringify([
    // A re-run of tests that fail ends otherwise than their deploy, which is no news.
    code ?? (outcome === 'failed' ? 'succeeded' : outcome),
    [...broken, ...failing].toSorted(),
    missing.toSorted(),
    findings.map(({ cause }) => cause).toSorted(),
    problems.map(({ suite, code: what }) => `${suite} ${what}`).toSorted(),
  ]);
}

const retried: ReadonlySet<string> = new Set(['blocked', 'failed', 'expired'] satisfies Outcome[]);

/** Whether the last round is a deploy that ended before it brought anything, and was not taken back from users. */
export function canRetry(list: readonly Round[]): boolean {
  const last = list.at(-1);
  return last?.way === 'deploy' && last.summary !== undefined && retried.has(last.summary.outcome);
}

/** Whether there is something to be run once more: tests that failed, or suites that could not tell. */
export function hasFailed(list: readonly Round[]): boolean {
  const last = list.findLast(({ summary }) => ranTests(summary))?.summary;
  return last !== undefined && (last.tests.failed > 0 || last.problems.length > 0);
}

function ranTests(summary: RoundSummary | undefined): boolean {
  return summary !== undefined && (summary.modules.all > 0 || summary.problems.length > 0);
}
