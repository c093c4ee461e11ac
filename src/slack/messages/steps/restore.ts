import type { Operation } from '../../../domain/operation.ts';
import { splitText } from '../../../domain/results.ts';
import { type Draft, draft } from '../draft.ts';
import { brief } from '../mrkdwn.ts';

export function restoreReply(operation: Operation): Draft | undefined {
  const result = operation.results.restore;
  if (result === undefined) return undefined;
  const headline = result.moved ? '*Traffic put back*' : '*Traffic untouched*';
  return draft({
    key: 'restore',
    lines: [
      `${headline}: ${brief(splitText(result.split))}`,
      result.tagRemoved ? "The candidate's tag is removed." : '',
    ],
  });
}
