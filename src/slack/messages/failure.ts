import type { Failure } from '../../domain/events.ts';
import { reasons } from '../../domain/reasons.ts';
import { clip, code, escape, pre } from './mrkdwn.ts';

/** Together with the log these keep a section under Slack's 3,000 characters. */
const mostFacts = 4;
const longestFact = 400;

/** What happened, the evidence, what it means and what to do, as lines of mrkdwn. */
export function failureLines(failure: Failure): readonly string[] {
  const { meaning } = reasons[failure.code];
  return [
    `${escape(failure.summary)} ${code(failure.code)}`,
    ...(failure.cause === undefined ? [] : [`*Cause* ${code(clip(failure.cause, longestFact))}`]),
    ...failure.evidence
      .slice(0, mostFacts)
      .map((fact) => `*Evidence* ${escape(clip(oneLine(fact), longestFact))}`),
    `*Means* ${meaning}`,
    `*Next* ${nextStep(failure)}`,
    ...(failure.logs.length === 0 ? [] : [pre(failure.logs, 1_200)]),
  ];
}

/** Cloud Run's messages end with an address of the log, which stands below anyway. */
function oneLine(fact: string): string {
  return fact
    .replace(/\s*Logs URL: \S+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

export function nextStep(failure: Failure): string {
  return failure.advice === undefined ? reasons[failure.code].next : escape(failure.advice);
}
