import type { Operation } from '../../../domain/operation.ts';
import { type Draft, draft } from '../draft.ts';
import { table } from '../table.ts';
import { changeLines, checkRows, headline, metricLine, recordLines } from '../validation.ts';

export function proveReply(operation: Operation): Draft | undefined {
  const record = operation.results.prove?.record;
  if (record === undefined) return undefined;
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
