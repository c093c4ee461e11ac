import type { MonitorRound } from './round.ts';

/** What a while of rounds comes to. */
export interface Summary {
  /** When the newest round was, milliseconds since 1970. Absent: there is none. */
  readonly lastAt?: number;
  /** Share of requests and handshakes with a whole answer that was no HTTP 5xx, 0 to 1. Absent: nothing was asked. */
  readonly availability?: number;
  readonly samples: number;
  /** Milliseconds: the middle one of the rounds. Absent: not measured. */
  readonly http?: Latency;
  readonly handshake?: Latency;
}

interface Latency {
  readonly p50: number;
  readonly p95: number;
}

/** Of one target; what failed through a fault of the prober's own is in no tally, so it counts for nothing. */
export function summaryOf(rounds: readonly MonitorRound[]): Summary {
  const lastAt = rounds.at(-1)?.at;
  const samples = sum(rounds, ({ tallies }) => tallies.connectionFailures?.samples);
  const failures =
    sum(rounds, ({ tallies }) => tallies.connectionFailures?.failures) +
    sum(rounds, ({ tallies }) => tallies.serverErrors?.failures);
  const http = latencyOf(rounds.map((round) => round.http));
  const handshake = latencyOf(rounds.map((round) => round.handshake));
  return {
    samples,
    ...(lastAt === undefined ? {} : { lastAt }),
    ...(samples === 0 ? {} : { availability: Math.max(0, 1 - failures / samples) }),
    ...(http === undefined ? {} : { http }),
    ...(handshake === undefined ? {} : { handshake }),
  };
}

function sum(rounds: readonly MonitorRound[], of: (round: MonitorRound) => number | undefined): number {
  return rounds.reduce((total, round) => total + (of(round) ?? 0), 0);
}

function latencyOf(measured: readonly (Latency | undefined)[]): Latency | undefined {
  const known = measured.filter((latency) => latency !== undefined);
  const p50 = median(known.map((latency) => latency.p50));
  const p95 = median(known.map((latency) => latency.p95));
  return p50 === undefined || p95 === undefined ? undefined : { p50, p95 };
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
