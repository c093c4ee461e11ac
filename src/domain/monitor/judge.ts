import type { Alert } from '../alert/alert.ts';
import type { Measured } from '../alert/events.ts';
import { wilson } from '../statistics.ts';
import { isAbove, type Round, type Shape, sumOf, tooHigh, windowRounds } from '../trigger.ts';
import { lasts } from './blip.ts';
import type { AlertRule } from './policy.ts';
import type { MonitorRound, Symptom } from './round.ts';
import { shareOf, speaks, tallyOf, usualShare } from './tally.ts';

/** Before somebody is woken; before users are taken back it must be no blip, too. */
const quick: Shape = { leastFailures: 3, leastBadRounds: 2 };
/** So many rounds in a row below the limit end a firing. */
const quietRounds = 6;
/** Of one that comes and goes, or was hardly above its limit, it takes so many times as many. */
const longQuiet = 10;
/** A rate hardly above its limit is seen in ten minutes at least, and all that is known at most. */
const slowRounds = 60;
const z99 = 2.33;

export type Judged =
  | {
      readonly kind: 'bad';
      readonly measured: Measured;
      readonly since: number;
      /** Hardly above its limit, for long: it shows in many rounds only. */
      readonly slow: boolean;
      /** It was no better before the deploy, so the deploy is not to blame. */
      readonly before: boolean;
    }
  | { readonly kind: 'good'; readonly measured: Measured }
  /** Neither: it goes on as it was. */
  | { readonly kind: 'unsure'; readonly measured: Measured }
  /** Nothing was measured lately: the prober is at fault, or there is nothing to measure. */
  | { readonly kind: 'unknown' };

export interface Judging {
  readonly rule: Pick<AlertRule, 'symptom' | 'limit' | 'rollback'>;
  /** Oldest first; more than an hour of them is not needed. */
  readonly rounds: readonly MonitorRound[];
  /** As it was; absent when it never fired. */
  readonly alert?: Pick<Alert, 'phase' | 'flapping' | 'slow' | 'limit' | 'since' | 'resolvedAt'> | undefined;
  /** When the deploy ended that would be taken back: what was measured before is not used against it. */
  readonly deployedAt?: number | undefined;
  /** When the rollback ended that was started for it: what was measured before is over. */
  readonly takenBackAt?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly everyMs: number;
}

/** Whether a symptom is too frequent. Pure: the same rounds give the same answer. */
export function judge(judging: Judging): Judged {
  const { rule, rounds, alert, deployedAt, takenBackAt, now, everyMs } = judging;
  const { symptom } = rule;
  const told = rounds.filter((round) => speaks(round, rule));
  // Older than two rounds says nothing of now.
  const newest = told.at(-1);
  if (newest === undefined || now - newest.at > 2.5 * everyMs) return { kind: 'unknown' };
  const open = alert !== undefined && alert.phase !== 'resolved';
  // A firing that is over has been told, and is not counted once more.
  const over = open ? 0 : (alert?.resolvedAt ?? 0) + 1;
  const since = Math.max(deployedAt ?? 0, takenBackAt ?? 0, over);
  const counted = told.filter((round) => round.at >= since);
  // Rounds that were made before a long gap are not of the same trouble.
  const window = counted.slice(-windowRounds).filter(({ at }) => at > now - 2 * windowRounds * everyMs);
  const limit = open ? alert.limit : rule.limit + usual(judging, told);
  const measured = measuredOf(window, symptom, limit);
  const tallies = window.map((round) => tallyOf(round, symptom));
  const takesBack = rule.rollback && deployedAt !== undefined;
  const before = wasSo(told, { symptom, limit, deployedAt });
  if (takesBack ? lasts(tallies, limit, everyMs) : tooHigh(tallies, limit, quick))
    return { kind: 'bad', measured, since: firstBad(window, symptom, limit), slow: false, before };
  // What was usual is measured in the same rounds: it cannot tell a slow rise from itself. And a long outage is over
  // when it is over, though most of what is known is bad.
  const maySlow = symptom !== 'serverErrors' && (!open || alert.slow);
  if (maySlow && burns(counted, symptom, limit)) {
    const since = firstBad(counted, symptom, limit);
    return { kind: 'bad', measured: measuredOf(counted, symptom, limit), since, slow: true, before };
  }
  const long = open && (alert.flapping || alert.slow);
  const all = counted.map((round) => tallyOf(round, symptom));
  if (!isQuiet(all, limit, long ? longQuiet : 1)) return { kind: 'unsure', measured };
  // What ends a firing are its last rounds: the window still holds what was bad.
  return { kind: 'good', measured: measuredOf(counted.slice(-quietRounds), symptom, limit) };
}

/** Only of HTTP 5xx the limit is above what was usual: before the deploy, before the firing, before the window. */
function usual({ rule: { symptom }, alert, deployedAt }: Judging, told: readonly MonitorRound[]): number {
  if (symptom !== 'serverErrors') return 0;
  const apart = alert?.resolvedAt === undefined ? undefined : { from: alert.since, to: alert.resolvedAt };
  const calm = told.filter(({ at }) => apart === undefined || at < apart.from || at > apart.to);
  const before = calm.filter(({ at }) => deployedAt !== undefined && at < deployedAt);
  const known = before.length >= quietRounds ? before : calm.slice(0, -windowRounds);
  return usualShare(known.map((round) => tallyOf(round, symptom)));
}

/** Above the limit for so long that it is no accident, though no window shows it. */
function burns(rounds: readonly MonitorRound[], symptom: Symptom, limit: number): boolean {
  if (rounds.length < slowRounds) return false;
  const tallies = rounds.map((round) => tallyOf(round, symptom));
  const { samples, failures } = sumOf(tallies);
  if (wilson(failures, samples, z99).lower <= limit) return false;
  // A short outage among them that is over is not slow: most of the time must be above.
  return shareOf(tallies.slice(-slowRounds)) > limit && usualShare(tallies) > limit;
}

/** Piece by piece below the limit, and the newest too. */
function isQuiet(rounds: readonly Round[], limit: number, pieces: number): boolean {
  const newest = rounds.at(-1);
  if (rounds.length < pieces * quietRounds || newest === undefined || isAbove(newest, limit)) return false;
  return Array.from({ length: pieces }, (_, piece) => {
    const end = rounds.length - piece * quietRounds;
    return shareOf(rounds.slice(end - quietRounds, end));
  }).every((share) => share <= limit);
}

function wasSo(
  told: readonly MonitorRound[],
  { symptom, limit, deployedAt }: { symptom: Symptom; limit: number; deployedAt: number | undefined },
): boolean {
  if (deployedAt === undefined) return false;
  const before = told.filter(({ at }) => at < deployedAt).slice(-windowRounds);
  return shareOf(before.map((round) => tallyOf(round, symptom))) > limit;
}

function measuredOf(rounds: readonly MonitorRound[], symptom: Symptom, limit: number): Measured {
  const { samples, failures } = sumOf(rounds.map((round) => tallyOf(round, symptom)));
  const bad = rounds.filter((round) => tallyOf(round, symptom).failures > 0);
  const diagnoses = [...new Set(bad.toReversed().flatMap((round) => round.diagnoses))].slice(0, 3);
  return { value: samples === 0 ? 0 : failures / samples, limit, samples, failures, diagnoses };
}

/** The beginning of the bad rounds among these. */
function firstBad(rounds: readonly MonitorRound[], symptom: Symptom, limit: number): number {
  return (rounds.find((round) => isAbove(tallyOf(round, symptom), limit)) ?? rounds[0])?.at ?? 0;
}
