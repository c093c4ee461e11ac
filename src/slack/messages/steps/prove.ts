import type { Operation } from '../../../domain/operation.ts';
import { checkLines, checkTable } from '../checks.ts';
import { type Draft, draft } from '../draft.ts';
import { table } from '../table.ts';
import { changeLines, checkRows, headline, metricLine, recordLines } from '../validation.ts';

export function proveReply(operation: Operation): Draft | undefined {
  const result = operation.results.prove;
  if (result === undefined) return undefined;
  const { record } = result;
  if (record === undefined)
    return draft({
      key: 'prove',
      lines: ['*Candidate healthy* on its own URL', ...checkLines(result.checks)],
      more: [checkTable(result.checks)],
    });
  const before = operation.results.baseline?.record;
  return draft({
    key: 'prove',
    lines: [
      headline('Candidate on its own URL', record),
      ...recordLines(record),
      ...changeLines(before, record).map((line) => line.replace('last validation', 'baseline')),
      metricLine(record),
    ],
    more: [table(['Revision', 'Check', 'Verdict', 'Measured'], checkRows('candidate', record))],
  });
}
