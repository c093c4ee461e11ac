import { type Operation, partsOf } from '../../domain/operation.ts';
import { isTogether, type StepName } from '../../domain/plan.ts';
import { bypassReply } from './bypass.ts';
import { type Draft, draftOf } from './draft.ts';
import { countdownReplies } from './countdown.ts';
import { type OperationFacts, report } from './report.ts';
import { root } from './root.ts';
import { stepReply } from './step-reply.ts';

export type { OperationFacts };

/** The whole thread of an operation as it should be now: the root first, the report last. */
export function threadOf(operation: Operation, facts?: OperationFacts): readonly Draft[] {
  const replies = [bypassReply(operation), ...stepReplies(operation)].filter((reply) => reply !== undefined);
  return [
    root(operation, facts?.issue),
    ...replies,
    ...(operation.phase === 'finished' ? [report(operation, facts)] : []),
  ];
}

/** Several services: in the order in which their steps ended, since they go on side by side. */
function stepReplies(operation: Operation): readonly (Draft | undefined)[] {
  const own = operation.steps.flatMap((step) => repliesOf(operation, step.name));
  if (operation.parts === undefined) return own;
  const ended = partsOf(operation).flatMap((part) =>
    part.steps.filter(({ name }) => !isTogether(name)).map((step) => ({ part, step })),
  );
  const inOrder = ended.toSorted((a, b) => (a.step.finishedAt ?? Infinity) - (b.step.finishedAt ?? Infinity));
  const ofParts = inOrder.flatMap(({ part, step }) =>
    repliesOf(part, step.name).map((reply) => reply && draftOf(part.request.services[0] ?? '', reply)),
  );
  return [...own, ...ofParts];
}

function repliesOf(operation: Operation, name: StepName): readonly (Draft | undefined)[] {
  return [stepReply(operation, name), ...(name === 'shift' ? countdownReplies(operation) : [])];
}
