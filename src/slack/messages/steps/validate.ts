import type { Operation } from '../../../domain/operation.ts';
import { type Draft, draft } from '../draft.ts';
import { table } from '../table.ts';
import { changeLines, checkRows, headline, metricLine, recordLines } from '../validation.ts';

export function validateReply(operation: Operation): Draft | undefined {
  const result = operation.results.validate;
  if (result === undefined) return undefined;
  const lines = result.services.flatMap(({ service, record, before }) => [
    headline(service, record),
    ...recordLines(record),
    ...changeLines(before, record),
    metricLine(record),
  ]);
  const rows = result.services.flatMap(({ service, record }) => checkRows(service, record));
  return draft({
    key: 'validate',
    lines,
    more: [table(['Service', 'Check', 'Verdict', 'Measured'], rows)],
  });
}
