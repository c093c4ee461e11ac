import { type Alert, alertOf } from '../../src/domain/alert/alert.ts';
import { decideAlert } from '../../src/domain/alert/decide.ts';
import type { AlertEvent } from '../../src/domain/alert/events.ts';
import { judge } from '../../src/domain/monitor/judge.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { MonitorRound, Symptom } from '../../src/domain/monitor/round.ts';
import { everyMs as usualEveryMs, roundAt, ruleOf } from './monitoring.ts';

/** Rounds take this long; their ten samples are spread over it. */
const roundMs = 2_000;
const samples = 10;

export interface Simulation {
  readonly symptom: Symptom;
  readonly rounds: number;
  readonly random: () => number;
  /** Share that fails of what is asked at this time, milliseconds since the beginning. */
  readonly failing: (at: number) => number;
  /** A deploy ended at the beginning. */
  readonly deployed: boolean;
  /** From round to round. Default 10 s. */
  readonly everyMs?: number;
  /** Ends it early. */
  readonly until?: (event: AlertEvent) => boolean;
}

export interface Happened {
  readonly event: AlertEvent;
  /** Milliseconds since the beginning, when the round was over. */
  readonly at: number;
}

const begin = 1_000_000_000;

/** What the rules do about such rounds. Time is counted, not waited for. */
export function simulate({
  symptom,
  rounds,
  random,
  failing,
  deployed,
  everyMs = usualEveryMs,
  until,
}: Simulation): readonly Happened[] {
  const rule = ruleOf(symptom);
  const happened: Happened[] = [];
  const known: MonitorRound[] = [];
  const events: AlertEvent[] = [];
  let alert: Alert | undefined;
  for (let index = 0; index < rounds; index += 1) {
    const at = index * everyMs;
    known.push(roundAt(begin + at, failuresAt(at, { random, failing }), { symptom }));
    if (known.length > 360) known.shift();
    const now = begin + at + roundMs;
    const endedAt = begin;
    const deploy =
      deployed && now - endedAt <= defaultPolicy.watchMs ? { operation: 'staging-1', endedAt } : undefined;
    const judged = judge({ rule, rounds: known, alert, deployedAt: deploy?.endedAt, now, everyMs });
    const target = { environment: 'staging', service: 'backend', channel: 'C1' };
    const event = decideAlert({
      alert,
      judged,
      rule,
      policy: defaultPolicy,
      target,
      deploy,
      muted: false,
      now,
    });
    if (event === undefined) continue;
    events.push(event);
    alert = alertOf(events);
    happened.push({ event, at: at + roundMs });
    if (until?.(event) === true) break;
  }
  return happened;
}

function failuresAt(at: number, { random, failing }: Pick<Simulation, 'random' | 'failing'>): number {
  let failures = 0;
  for (let sample = 0; sample < samples; sample += 1)
    if (random() < failing(at + random() * roundMs)) failures += 1;
  return failures;
}

export function isRollback({ event }: Happened): boolean {
  return event.type === 'fired' && event.takeBack !== undefined;
}

/** So many watch windows of ten minutes, each after a deploy of its own: rollbacks of all of them. */
export function rollbacksIn(
  windows: number,
  simulation: Pick<Simulation, 'random' | 'symptom' | 'everyMs'> & {
    readonly failing: (window: number) => Simulation['failing'];
  },
): number {
  let count = 0;
  for (let window = 0; window < windows; window += 1) {
    const happened = simulate({
      ...simulation,
      failing: simulation.failing(window),
      rounds: 600_000 / (simulation.everyMs ?? usualEveryMs),
      deployed: true,
    });
    count += happened.filter(isRollback).length;
  }
  return count;
}

/** When it was first found, milliseconds since trouble of this share began at a random time; undefined: never. */
export function detection(
  share: number,
  { random, symptom, deployed }: Pick<Simulation, 'random' | 'symptom' | 'deployed'>,
): number | undefined {
  const began = (20 + random() * 10) * usualEveryMs;
  const failing = (at: number) => (at < began ? 0.01 : share);
  const found = simulate({
    symptom,
    random,
    failing,
    deployed,
    rounds: 400,
    until: ({ type }) => type === 'fired',
  }).find(({ event, at }) => event.type === 'fired' && at > began);
  return found && found.at - began;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
