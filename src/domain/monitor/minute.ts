import { type MonitorRound, type Symptom, symptoms } from './round.ts';

export const minuteMs = 60_000;

/** When the minute of a time began, milliseconds since 1970. */
export function minuteOf(at: number): number {
  return Math.floor(at / minuteMs) * minuteMs;
}

/**
 * All rounds of one minute as one: tallies are added up, of the medians the median is kept, of the 95th percentiles the
 * highest, so that a short trouble stays visible.
 */
export function asMinute(rounds: readonly MonitorRound[], at: number): MonitorRound {
  const during = rounds.findLast((round) => round.during !== undefined)?.during;
  const http = latencyOf(rounds.flatMap((round) => round.http ?? []));
  const handshake = latencyOf(rounds.flatMap((round) => round.handshake ?? []));
  return {
    at,
    tallies: Object.fromEntries(
      symptoms.flatMap((symptom) => {
        const tally = sumOf(rounds, symptom);
        return tally === undefined ? [] : [[symptom, tally]];
      }),
    ),
    blind: rounds.reduce((sum, { blind }) => sum + blind, 0),
    diagnoses: mostFrequent(rounds.flatMap(({ diagnoses }) => diagnoses)),
    ...(http === undefined ? {} : { http }),
    ...(handshake === undefined ? {} : { handshake }),
    ...(during === undefined ? {} : { during }),
  };
}

/** Rounds as minutes, oldest first. */
export function asMinutes(rounds: readonly MonitorRound[]): readonly MonitorRound[] {
  const minutes = new Map<number, MonitorRound[]>();
  for (const round of rounds) {
    const minute = minuteOf(round.at);
    const known = minutes.get(minute);
    if (known === undefined) minutes.set(minute, [round]);
    else known.push(round);
  }
  return [...minutes].map(([minute, each]) => asMinute(each, minute));
}

function sumOf(rounds: readonly MonitorRound[], symptom: Symptom) {
  const told = rounds.flatMap(({ tallies }) => tallies[symptom] ?? []);
  if (told.length === 0) return undefined;
  return {
    samples: told.reduce((sum, { samples }) => sum + samples, 0),
    failures: told.reduce((sum, { failures }) => sum + failures, 0),
  };
}

function latencyOf(all: readonly NonNullable<MonitorRound['http']>[]): MonitorRound['http'] {
  const medians = all.map(({ p50 }) => p50).sort((a, b) => a - b);
  const p50 = medians[Math.floor((medians.length - 1) / 2)];
  return p50 === undefined ? undefined : { p50, p95: Math.max(...all.map(({ p95 }) => p95)) };
}

function mostFrequent(codes: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([code]) => code);
}
