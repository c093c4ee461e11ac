import type { Operation } from '../../../domain/operation.ts';
import { type Draft, draft } from '../draft.ts';
import { headline, recordLines } from '../validation.ts';

/** Told only when the stable revision is not well: then people know what the deploy starts from. */
export function baselineReply(operation: Operation): Draft | undefined {
  const record = operation.results.baseline?.record;
  if (record === undefined || record.verdict === 'healthy') return undefined;
  const lines = [headline('Before the deploy', record), ...recordLines(record)];
  return draft({ key: 'baseline', lines });
}
