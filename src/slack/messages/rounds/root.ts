import type { KnownBlock, TaskCardBlock } from '@slack/types';
import { type Operation, operationLabel, titleOf } from '../../../domain/operation.ts';
import { isGreenRound } from '../../../domain/rounds/next.ts';
import { noRounds, type Round } from '../../../domain/rounds/state.ts';
import { controlButtons } from '../control-buttons.ts';
import { type Draft, draft } from '../draft.ts';
import { type IssueFacts, issueLink } from '../issue.ts';
import { brief, code, duration, escape } from '../mrkdwn.ts';
import { richText } from '../tasks.ts';
import { roundButtons } from './buttons.ts';
import { howText, roundsStatus } from './words.ts';

/** Older ones stand in their replies and in the report. */
const mostTasks = 20;

/** The message that is the rounds: what, how far, and between two of them the buttons that act. */
export function roundsRoot(operation: Operation, issue?: IssueFacts): Draft {
  const { list } = operation.rounds ?? noRounds;
  const status = roundsStatus(operation);
  const buttons = roundButtons(operation);
  return draft({
    key: 'root',
    lines: [
      `*${titleOf(operation.request)}* · ${operationLabel(operation.id)} · ${escape(status)}`,
      facts(operation, issue),
    ],
    more: [
      ...(list.length === 0
        ? []
        : [{ type: 'plan' as const, title: sentence(status), tasks: list.slice(-mostTasks).map(task) }]),
      ...(buttons.length === 0 ? controlButtons(operation) : buttons),
    ] satisfies KnownBlock[],
  });
}

function facts(operation: Operation, issue: IssueFacts | undefined): string {
  const { suites, rounds, byName } = operation.request;
  const about = issueLink(operation, issue);
  return [
    `suites ${(suites?.names ?? []).map((name) => code(name)).join(', ')}`,
    `at most ${rounds?.max ?? 1} rounds`,
    ...(rounds?.watch === true ? ['a new build begins the next one'] : []),
    ...(about === undefined ? [] : [`issue ${about}`]),
    `by ${brief(byName)}`,
  ].join(' · ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function task(each: Round): TaskCardBlock {
  const { round, way, ref, summary, operation } = each;
  const what = way === 'deploy' ? ref : 'failed tests again';
  const details =
    summary === undefined
      ? operationLabel(operation)
      : [...howText(each, summary), duration(summary.tookMs)].join(' · ');
  return {
    type: 'task_card',
    task_id: `round-${round}`,
    title: `Round ${round} · ${what}`,
    status: summary === undefined ? 'in_progress' : isGreenRound(each) ? 'complete' : 'error',
    details: richText(details),
  };
}
