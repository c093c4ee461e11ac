import type { Failure } from '../../domain/events.ts';
import { reasons } from '../../domain/reasons.ts';
import { causeLines } from './cause.ts';
import { brief, code, pre } from './mrkdwn.ts';

/** Of what was seen: with the log below it leaves room in a section for what it means and what to do. */
const mostFacts = 4;
const longestFacts = 1_000;
/** Slack's 3,000 for a section, without the headline above. */
const longestFailure = 2_900;
const longestLog = 1_200;

/** What happened, the evidence, what it means and what to do, as lines of mrkdwn. */
export function failureLines(failure: Failure): readonly string[] {
  const { meaning } = reasons[failure.code];
  const facts = failure.evidence.slice(0, mostFacts);
  const lines = [
    `${brief(failure.summary)} ${code(failure.code)}`,
    ...causeLines(failure),
    ...facts.map((fact) => `*Evidence* ${brief(oneLine(fact), longestFacts / facts.length)}`),
    `*Means* ${meaning}`,
    `*Next* ${nextStep(failure)}`,
  ];
  const room = longestFailure - lines.join('\n').length;
  return failure.logs.length === 0 ? lines : [...lines, pre(failure.logs, Math.min(room, longestLog))];
}

/** Cloud Run's messages end with an address of the log, which stands below anyway. */
function oneLine(fact: string): string {
  return fact
    .replace(/\s*Logs URL: \S+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

export function nextStep(failure: Failure): string {
  return failure.advice === undefined ? reasons[failure.code].next : brief(failure.advice);
}
