import type { Operation } from '../../domain/operation.ts';
import { timingOf } from '../../domain/timing.ts';
import { clockText, duration } from './mrkdwn.ts';

/** `began 10:00:41, known after 9 s, countdown 30 s, users back after 2 s`; empty where nobody was put back. */
function timingText(operation: Operation): string {
  const { beganAt, detectMs, countdownMs, restoreMs } = timingOf(operation);
  return [
    ...(beganAt === undefined ? [] : [`began ${clockText(beganAt)}`]),
    ...(detectMs === undefined ? [] : [`known after ${duration(detectMs)}`]),
    ...(countdownMs === undefined ? [] : [`countdown ${duration(countdownMs)}`]),
    ...(restoreMs === undefined ? [] : [`users back after ${duration(restoreMs)}`]),
  ].join(', ');
}

/** A line of its own, or none. */
export function timingLines(operation: Operation): readonly string[] {
  const text = timingText(operation);
  return text === '' ? [] : [`*Times* ${text}`];
}
