import { formatDuration, parseDuration } from '../duration.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const shortestMs = 60_000;
const longestMs = 7 * dayMs;

/** What a snooze is over at, as the menu and a mention say it. */
export const snoozeChoices = [
  { word: '30m', title: '30 minutes' },
  { word: '1h', title: '1 hour' },
  { word: '4h', title: '4 hours' },
  // slipway knows no time zone of an environment, so it says which one this is.
  { word: 'tomorrow', title: 'Until tomorrow, 9:00 UTC' },
] as const;

/** How long a snooze may be, to be read by people. */
export const snoozeRange = `from ${formatDuration(shortestMs)} to ${formatDuration(longestMs)}, or tomorrow`;

/**
 * `30m`, `2h` or `tomorrow` (9:00 UTC of the next day) to the end of the snooze, milliseconds since 1970.
 * @returns undefined when the word says no time, or one that is too short or too long.
 */
export function snoozeUntil(word: string, now: number): number | undefined {
  if (word === 'tomorrow') return Math.floor(now / dayMs) * dayMs + dayMs + 9 * hourMs;
  const ms = parseDuration(word);
  return ms === undefined || ms < shortestMs || ms > longestMs ? undefined : now + ms;
}
