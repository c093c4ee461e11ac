import { expectedEnd } from '../../domain/estimate.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Usual } from '../../domain/usual.ts';
import { clockText, duration } from './mrkdwn.ts';

/** `usually 4 m, at most 6 m in 9 of 10 (the last 12)`: people see of how many it is said. */
export function usualText({ median, p90, samples }: Usual): string {
  return `usually ${duration(median)}, at most ${duration(p90)} in 9 of 10 (the last ${samples})`;
}

/** How long it will be, as far as that is known; none of it where there is no data. */
export function estimateFacts(operation: Operation): readonly string[] {
  const { phase, estimates, queue } = operation;
  if (phase === 'finished') return [];
  if (phase === 'queued')
    return queue?.beginsAt === undefined ? [] : [`begins probably at ${clockText(queue.beginsAt)}`];
  const end = expectedEnd(operation);
  return [
    ...(estimates?.whole === undefined ? [] : [usualText(estimates.whole)]),
    ...(end === undefined ? [] : [`probably done at ${clockText(end)}`]),
  ];
}

/** What was expected and what it took; nothing where nothing was expected. */
export function tookLines({ estimates, startedAt, finishedAt, steps }: Operation): readonly string[] {
  const whole = estimates?.whole;
  if (whole === undefined || startedAt === undefined || finishedAt === undefined) return [];
  const approval = steps.find(({ name }) => name === 'approval');
  const waited = Math.max(0, (approval?.finishedAt ?? 0) - (approval?.startedAt ?? 0));
  const apart = waited === 0 ? '' : `, without ${duration(waited)} for the approval`;
  return [
    `*Time* expected ${duration(whole.median)} → took ${duration(finishedAt - startedAt - waited)}${apart}; ${usualText(whole)}`,
  ];
}
