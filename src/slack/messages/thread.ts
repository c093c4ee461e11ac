import type { Operation } from '../../domain/operation.ts';
import { bypassReply } from './bypass.ts';
import type { Draft } from './draft.ts';
import { report } from './report.ts';
import { root } from './root.ts';
import { stepReply } from './step-reply.ts';

/** The whole thread of an operation as it should be now: the root first, the report last. */
export function threadOf(operation: Operation): readonly Draft[] {
  const steps = operation.steps.map((step) => stepReply(operation, step.name));
  const replies = [bypassReply(operation), ...steps].filter((reply) => reply !== undefined);
  return [root(operation), ...replies, ...(operation.phase === 'finished' ? [report(operation)] : [])];
}
