import type { Operation } from '../../../domain/operation.ts';
import { noRounds, type RoundsState } from '../../../domain/rounds/state.ts';
import { countdownReplies } from '../countdown.ts';
import type { Draft } from '../draft.ts';
import type { IssueFacts } from '../issue.ts';
import { approvalReply } from '../steps/approval.ts';
import { roundsReport } from './report.ts';
import { roundsRoot } from './root.ts';
import { roundReply } from './round.ts';

/** The whole thread of some rounds as it should be now: the root, a reply a round, the report. */
export function roundsThreadOf(
  operation: Operation,
  children: readonly Operation[],
  issue?: IssueFacts,
): readonly Draft[] {
  const { list } = operation.rounds ?? noRounds;
  const replies = list.flatMap((round, index) => {
    const child = children.find(({ id }) => id === round.operation);
    if (child === undefined) return [];
    const before = lastWithTests(list.slice(0, index));
    const last = operation.phase === 'finished' && index === list.length - 1;
    return [roundReply({ round, child, before, last }), ...questions(round.round, child)];
  });
  const end = operation.phase === 'finished' ? [roundsReport(operation, children, issue)] : [];
  return [roundsRoot(operation, issue), ...replies, ...end];
}

/** What people must answer in time comes as a message of its own: a message that is only redrawn rings for nobody. */
function questions(round: number, child: Operation): readonly Draft[] {
  const replies = [approvalReply(child), ...countdownReplies(child)];
  return replies
    .filter((reply) => reply !== undefined)
    .map((reply) => ({ ...reply, key: `round-${round}/${reply.key}` }));
}

function lastWithTests(list: RoundsState['list']) {
  return list.findLast(({ summary }) => summary !== undefined && summary.modules.all > 0)?.summary;
}
