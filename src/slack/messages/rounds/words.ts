import type { Operation } from '../../../domain/operation.ts';
import { isGreenRound, nextRound } from '../../../domain/rounds/next.ts';
import { noRounds, type Round } from '../../../domain/rounds/state.ts';
import type { RoundSummary } from '../../../domain/rounds/summary.ts';
import { brief, duration } from '../mrkdwn.ts';

/** One line that says how rounds stand. */
export function roundsStatus(operation: Operation): string {
  const { list, stopped } = operation.rounds ?? noRounds;
  const last = list.at(-1);
  if (operation.phase === 'finished') return endText(operation);
  const most = operation.request.rounds?.max ?? 1;
  const next = nextRound(operation, 0);
  if (last === undefined || next.kind === 'begin')
    return `round ${list.length + 1} of at most ${most} begins`;
  if (last.summary === undefined)
    return `round ${last.round} of at most ${most} …${stopped === undefined ? '' : ' the last one'}`;
  return `waits after round ${last.round}: ${greenText(last.summary)}`;
}

function endText(operation: Operation): string {
  const { results, finishedAt = 0, startedAt = 0, outcome } = operation;
  const count = roundsText(operation.rounds?.list.length ?? 0);
  switch (results.rounds?.end) {
    case 'green':
      return `all green after ${count} in ${duration(finishedAt - startedAt)}`;
    case 'max':
      return `not green after ${count}, the most there were to be`;
    case 'stalled':
      return `not green after ${count}: the last two brought nothing new`;
    case 'stopped':
      return `stopped after ${count}`;
    case undefined:
      return `${outcome ?? 'ended'} ${count === 'no round' ? 'before the first round' : `after ${count}`}`;
  }
}

function roundsText(count: number): string {
  if (count === 0) return 'no round';
  return count === 1 ? '1 round' : `${count} rounds`;
}

/** `8 of 10 modules green`, or why there are no modules. Plain text. */
export function greenText({ modules, problems, code, outcome, blockers = [] }: RoundSummary): string {
  if (blockers.length > 0) return `blocked by ${blockers.join(', ')}`;
  if (modules.all > 0) return `${modules.green} of ${modules.all} modules green`;
  const [problem] = problems;
  return problem === undefined ? `no tests ran: ${code ?? outcome}` : `no results: ${problem.code}`;
}

/** `38 passed, 5 failed, 2 skipped` */
export function testsText({ tests, modules, problems }: RoundSummary): string {
  if (modules.all === 0 && problems.length === 0) return 'none ran';
  const { passed, failed, skipped } = tests;
  return [`${passed} passed`, `${failed} failed`, ...(skipped === 0 ? [] : [`${skipped} skipped`])].join(
    ', ',
  );
}

/** The result of a round in two words, for tables and titles. */
export function resultText(round: Round): string {
  const { summary, way } = round;
  if (summary === undefined) return 'under way';
  if (isGreenRound(round)) return 'all green';
  if (summary.outcome === 'blocked') return 'blocked';
  if (summary.code !== undefined) return `${summary.outcome}, ${summary.code}`;
  return way === 'deploy' && summary.outcome !== 'succeeded' ? summary.outcome : 'not green';
}

/** Both, and once where they say the same. */
export function howText(round: Round, summary: RoundSummary): readonly string[] {
  return summary.outcome === 'blocked' ? [greenText(summary)] : [resultText(round), greenText(summary)];
}

/** `*Newly fixed* 5: a, b and 3 more`, or none. */
export function idsLine(title: string, ids: readonly string[], most = 260): readonly string[] {
  if (ids.length === 0) return [];
  const shown: string[] = [];
  let length = 0;
  for (const id of ids) {
    const text = brief(id, 120);
    length += text.length + 2;
    if (length > most && shown.length > 0) break;
    shown.push(text);
  }
  const hidden = ids.length - shown.length;
  const more = hidden === 0 ? '' : ` and ${hidden} more`;
  return [`*${title}* ${ids.length}: ${shown.join(', ')}${more}`];
}
