import { type Round, sumOf, windowRounds } from '../trigger.ts';
import type { AlertRule } from './policy.ts';
import type { MonitorRound, Symptom } from './round.ts';

/** From this share of samples on that failed through the prober's own fault, the rest of the round says nothing. */
const mostBlind = 0.5;
/** Before users are taken back for it: a prober that is half blind may have caused what it saw. */
const mostBlindToTakeBack = 0.2;

const nothing: Round = { samples: 0, failures: 0 };

export function tallyOf({ tallies }: MonitorRound, symptom: Symptom): Round {
  return tallies[symptom] ?? nothing;
}

/** Share of the samples of these rounds that failed; 0 without samples. */
export function shareOf(rounds: readonly Round[]): number {
  const { samples, failures } = sumOf(rounds);
  return samples === 0 ? 0 : failures / samples;
}

/**
 * Whether a round says something about a symptom. A deploy that moves users watches candidate and stable apart, and
 * takes users back itself.
 */
export function speaks(
  round: MonitorRound,
  { symptom, rollback }: Pick<AlertRule, 'symptom' | 'rollback'>,
): boolean {
  if (tallyOf(round, symptom).samples === 0) return false;
  if (rollback && round.during !== undefined) return false;
  return blindness(round) < (rollback ? mostBlindToTakeBack : mostBlind);
}

/** Whether a round saw nothing through the prober's own fault. */
export function isBlind(round: MonitorRound): boolean {
  return blindness(round) >= mostBlind;
}

function blindness({ tallies, blind }: MonitorRound): number {
  const seen = Math.max(0, ...Object.values(tallies).map(({ samples }) => samples));
  return blind === 0 ? 0 : blind / (blind + seen);
}

/**
 * What a symptom's share usually is: the median of pieces as long as the window, so that an outage among them does not
 * make the next one usual. 0 when there is less than half a piece.
 */
export function usualShare(rounds: readonly Round[]): number {
  const pieces: number[] = [];
  for (let end = rounds.length; end >= windowRounds / 2; end -= windowRounds)
    pieces.push(shareOf(rounds.slice(Math.max(0, end - windowRounds), end)));
  const sorted = pieces.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
