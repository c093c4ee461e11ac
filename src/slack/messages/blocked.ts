import type { Failure } from '../../domain/events.ts';
import { reasons } from '../../domain/reasons.ts';
import { brief, code } from './mrkdwn.ts';

/** Slack takes 3,000 characters in a section: more than this many would push the advice out. */
const mostBlockers = 6;
const mostEvidence = 3;
const longestList = 400;

/** What stands in the way, one after the other in the order of doing, and what is ready; lines of mrkdwn. */
export function blockedLines({ code: reason, summary, blockers = [], ready = [], evidence }: Failure) {
  const shown = blockers.slice(0, mostBlockers);
  const room = Math.floor(900 / Math.max(1, shown.length));
  const lines = shown.flatMap(({ what, evidence: read, prevents, advice }, index) => [
    `*${index + 1}. ${brief(what, 100)}*`,
    ...read.slice(0, mostEvidence).map((text) => `*Evidence* ${code(text, room)}`),
    `*Prevents* ${brief(prevents, 150)}`,
    `*Do* ${brief(advice, 300)}`,
  ]);
  const more = blockers.length - shown.length;
  return [
    `*BLOCKED* ${brief(summary)} ${code(reason)}`,
    ...lines,
    ...(more > 0 ? [`and ${more} more: ${brief(names(blockers.slice(mostBlockers)), longestList)}`] : []),
    ...(ready.length === 0 ? [] : [`*Ready* ${brief(ready.join(' · '), longestList)}`]),
    ...evidence.slice(0, mostEvidence).map((text) => brief(text, 200)),
    `*Next* ${reasons[reason].next}`,
  ];
}

function names(blockers: NonNullable<Failure['blockers']>): string {
  return blockers.map(({ what }) => what).join(', ');
}
