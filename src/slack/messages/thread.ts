import type { Operation } from '../../domain/operation.ts';
import { bypassReply } from './bypass.ts';
import { countdownReplies } from './countdown.ts';
import type { Draft } from './draft.ts';
import { report } from './report.ts';
import { root } from './root.ts';
import { stepReply } from './step-reply.ts';

/** The whole thread of an operation as it should be now: the root first, the report last. */
export function threadOf(operation: Operation): readonly Draft[] {
  const steps = operation.steps.flatMap(({ name }) => [
    stepReply(operation, name),
    ...(name === 'shift' ? countdownReplies(operation) : []),
  ]);
  const replies = [bypassReply(operation), ...steps].filter((reply) => reply !== undefined);
  return [root(operation), ...replies, ...(operation.phase === 'finished' ? [report(operation)] : [])];
}
