import type { Measured } from '../alert/events.ts';
import { isAbove, type Round, type Shape, strict, sumOf, tooHigh, windowRounds } from '../trigger.ts';
import type { AlertRule } from './policy.ts';
import type { MonitorRound, Symptom } from './round.ts';

/** Before somebody is woken; users are not taken back on so little. */
const quick: Shape = { leastFailures: 3, leastBadRounds: 2 };
/** So many rounds in a row below the limit end a firing; of one that comes and goes, so many more. */
const quietRounds = 6;
const quietRoundsFlapping = 60;

export type Judged =
  | { readonly kind: 'bad'; readonly measured: Measured; readonly since: number }
  | { readonly kind: 'good'; readonly measured: Measured }
  /** Neither: it goes on as it was. */
  | { readonly kind: 'unsure'; readonly measured: Measured }
  /** Nothing was measured lately: the prober is at fault, or there is nothing to measure. */
  | { readonly kind: 'unknown' };

export interface Judging {
  readonly rule: Pick<AlertRule, 'symptom' | 'limit' | 'rollback'>;
  /** Oldest first; more than an hour of them is not needed. */
  readonly rounds: readonly MonitorRound[];
  /** Milliseconds since 1970: what was measured before belongs to another revision. */
  readonly since: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly everyMs: number;
  readonly flapping: boolean;
}

/** Whether a symptom is too frequent. Pure: the same rounds give the same answer. */
export function judge({ rule, rounds, since, now, everyMs, flapping }: Judging): Judged {
  const { symptom } = rule;
  const told = rounds.filter((round) => round.at >= since && speaks(round, rule));
  const newest = told.at(-1);
  // Older than two rounds says nothing of now.
  if (newest === undefined || now - newest.at > 2.5 * everyMs) return { kind: 'unknown' };
  const limit = rule.limit + (symptom === 'serverErrors' ? usual(told, symptom) : 0);
  const tallies = told.map((round) => tallyOf(round, symptom));
  const measured = measuredOf(told.slice(-windowRounds), symptom, limit);
  if (tooHigh(tallies, limit, rule.rollback ? strict : quick))
    return { kind: 'bad', measured, since: firstBad(told, symptom, limit) };
  const last = tallies.slice(-(flapping ? quietRoundsFlapping : quietRounds));
  const { samples, failures } = sumOf(last);
  const quiet = last.length >= (flapping ? quietRoundsFlapping : quietRounds);
  return { kind: quiet && failures <= samples * limit ? 'good' : 'unsure', measured };
}

/** A deploy that moves users watches candidate and stable apart, and takes users back itself. */
function speaks(round: MonitorRound, { symptom, rollback }: Judging['rule']): boolean {
  return tallyOf(round, symptom).samples > 0 && !(rollback && round.during !== undefined);
}

const nothing: Round = { samples: 0, failures: 0 };

function tallyOf({ tallies }: MonitorRound, symptom: Symptom): Round {
  return tallies[symptom] ?? nothing;
}

/** What it was before the rounds that are judged: a service that always fails a little is not new trouble. */
function usual(rounds: readonly MonitorRound[], symptom: Symptom): number {
  const { samples, failures } = sumOf(rounds.slice(0, -windowRounds).map((round) => tallyOf(round, symptom)));
  return samples === 0 ? 0 : failures / samples;
}

function measuredOf(rounds: readonly MonitorRound[], symptom: Symptom, limit: number): Measured {
  const { samples, failures } = sumOf(rounds.map((round) => tallyOf(round, symptom)));
  const bad = rounds.filter((round) => tallyOf(round, symptom).failures > 0);
  const diagnoses = [...new Set(bad.toReversed().flatMap((round) => round.diagnoses))].slice(0, 3);
  return { value: samples === 0 ? 0 : failures / samples, limit, samples, failures, diagnoses };
}

/** The beginning of the bad rounds in the window. */
function firstBad(rounds: readonly MonitorRound[], symptom: Symptom, limit: number): number {
  const window = rounds.slice(-windowRounds);
  return (window.find((round) => isAbove(tallyOf(round, symptom), limit)) ?? window[0])?.at ?? 0;
}
