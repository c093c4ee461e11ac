import type { Operation } from '../../../domain/operation.ts';
import type { Split } from '../../../domain/results.ts';
import { containerLines } from '../container.ts';
import { type Draft, draft } from '../draft.ts';
import { driftLines } from '../drift.ts';
import { code, link } from '../mrkdwn.ts';
import { took } from './took.ts';

export function candidateReply(operation: Operation): Draft | undefined {
  const result = operation.results.candidate;
  if (result === undefined) {
    const paused = driftLines(operation);
    return paused.length === 0 ? undefined : draft({ key: 'candidate', lines: paused });
  }
  return draft({
    key: 'candidate',
    lines: [
      `*Candidate ready* in ${took(operation, 'candidate')}: ${code(result.revision)} with ${shareOf(result.revision, result.split)}`,
      `*Its own URL* ${link(result.url)}`,
      ...containerLines(result.container),
    ],
  });
}

/** A first deploy has nobody else to give the traffic to. */
function shareOf(revision: string, split: Split): string {
  const percent = split.find((entry) => entry.revision === revision)?.percent ?? 0;
  return percent === 0
    ? 'no traffic'
    : `${percent} % of the traffic: it is the first revision of the service`;
}
