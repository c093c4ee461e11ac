import { isAbove, type Round, strict, sumOf, tooHigh } from '../trigger.ts';

/** What comes and goes within this time takes nobody back. */
const blipMs = 20_000;
/** Rounds that failed, added up: so much more than a blip can fail is none. */
const beyondMost = 0.5;
/** The same of what failed at another time than the worst that a blip can be, so that it takes no outage to be seen. */
const beyondApart = 0.8;
/** Shares are not exact in binary. */
const hair = 1e-9;

/**
 * Whether it is too frequent, and no blip: that fails all it meets, on a service that fails a little all the time.
 * `rounds` are those of the window, oldest first. Pure.
 */
export function lasts(rounds: readonly Round[], limit: number, everyMs: number): boolean {
  if (!tooHigh(rounds, limit, strict)) return false;
  const lastGood = rounds.findLastIndex((round) => !isAbove(round, limit));
  // A blip is over in as many whole rounds as it lasts, but bears on parts of one more.
  const most = Math.max(1, blipMs / everyMs);
  const touches = Math.floor(blipMs / everyMs) + 1;
  // In one go: what fails by accident at other times adds nothing to a blip.
  const inOneGo = excess(rounds.slice(lastGood + 1), limit) >= most + beyondMost - hair;
  return inOneGo || excess(withoutWorst(rounds, touches), limit) >= beyondApart - hair;
}

/** By how much rounds are above the limit, added up: a round that failed wholly counts nearly 1. */
function excess(rounds: readonly Round[], limit: number): number {
  return rounds
    .filter((round) => isAbove(round, limit))
    .reduce((sum, { samples, failures }) => sum + failures / samples - limit, 0);
}

/** Without so many in a row, those in which most failed. */
function withoutWorst(rounds: readonly Round[], count: number): readonly Round[] {
  const starts = Array.from({ length: Math.max(1, rounds.length - count + 1) }, (_, start) => start);
  const failures = (start: number) => sumOf(rounds.slice(start, start + count)).failures;
  const worst = starts.reduce((best, start) => (failures(start) >= failures(best) ? start : best), 0);
  return rounds.filter((_, index) => index < worst || index >= worst + count);
}
