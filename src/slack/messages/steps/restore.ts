import type { Operation } from '../../../domain/operation.ts';
import { splitText } from '../../../domain/results.ts';
import { type Draft, draft } from '../draft.ts';
import { timingLines } from '../timing.ts';
import { brief, code, shortDigest } from '../mrkdwn.ts';

function quarantineLine({ request }: Operation, digest: string): string {
  const lift = `/deploy lift ${request.services[0] ?? ''} ${shortDigest(digest)} "…"`;
  return `The image ${code(shortDigest(digest))} is in quarantine: no deploy takes it until somebody says why it may, with ${code(lift)}.`;
}

export function restoreReply(operation: Operation): Draft | undefined {
  const result = operation.results.restore;
  if (result === undefined) return undefined;
  const headline = result.moved ? '*Traffic put back*' : '*Traffic untouched*';
  return draft({
    key: 'restore',
    lines: [
      `${headline}: ${brief(splitText(result.split))}`,
      ...timingLines(operation),
      result.tagRemoved ? "The candidate's tag is removed." : '',
      result.quarantined === undefined ? '' : quarantineLine(operation, result.quarantined),
    ],
  });
}
