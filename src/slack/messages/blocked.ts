import type { Failure } from '../../domain/events.ts';
import { reasons } from '../../domain/reasons.ts';
import { brief, code } from './mrkdwn.ts';

/** Slack takes 3,000 characters in a section: what follows shares them, so that nothing pushes the next step out. */
const mostBlockers = 6;
const mostEvidence = 2;
const longestList = 300;
const roomOfBlockers = 1_900;

/** What stands in the way, one after the other in the order of doing, and what is ready; lines of mrkdwn. */
export function blockedLines(failure: Failure): readonly string[] {
  const { code: reason, summary, blockers = [], ready = [], evidence } = failure;
  const shown = blockers.slice(0, mostBlockers);
  const more = blockers.slice(mostBlockers).map(({ what }) => what);
  const room = Math.floor(roomOfBlockers / Math.max(1, shown.length));
  const share = (part: number, most: number) => Math.min(most, Math.floor(room * part));
  const lines = shown.flatMap(({ what, evidence: read, prevents, advice }, index) => [
    `*${index + 1}. ${brief(what, share(0.2, 100))}*`,
    ...read.slice(0, mostEvidence).map((text) => `*Evidence* ${code(text, share(0.15, 300))}`),
    `*Prevents* ${brief(prevents, share(0.15, 150))}`,
    `*Do* ${brief(advice, share(0.35, 300))}`,
  ]);
  return [
    `*BLOCKED* ${brief(summary, 200)} ${code(reason)}`,
    ...lines,
    ...(more.length === 0 ? [] : [`and ${more.length} more: ${brief(more.join(', '), longestList)}`]),
    `*Next* ${reasons[reason].next}`,
    ...(ready.length === 0 ? [] : [`*Ready* ${brief(ready.join(' · '), longestList)}`]),
    ...evidence.slice(0, mostEvidence).map((text) => brief(text, 200)),
  ];
}
