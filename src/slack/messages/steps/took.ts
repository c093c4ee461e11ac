import { type Operation, stepOf } from '../../../domain/operation.ts';
import type { StepName } from '../../../domain/plan.ts';
import { duration } from '../mrkdwn.ts';

/** How long a finished step took, as people read it. */
export function took(operation: Operation, name: StepName): string {
  const step = stepOf(operation, name);
  return duration((step?.finishedAt ?? 0) - (step?.startedAt ?? 0));
}
