import type { Operation } from '../../../domain/operation.ts';
import { checkLines, checkTable } from '../checks.ts';
import { type Draft, draft } from '../draft.ts';

export function proveReply(operation: Operation): Draft | undefined {
  const result = operation.results.prove;
  if (result === undefined) return undefined;
  return draft({
    key: 'prove',
    lines: ['*Candidate healthy* on its own URL', ...checkLines(result.checks)],
    more: [checkTable(result.checks)],
  });
}
