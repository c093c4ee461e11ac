import type { AlertRule, MonitorPolicy } from '../../src/domain/monitor/policy.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { MonitorRound, Symptom } from '../../src/domain/monitor/round.ts';

export const everyMs = 10_000;

export function ruleOf(symptom: Symptom, policy: MonitorPolicy = defaultPolicy): AlertRule {
  const rule = policy.rules.find((each) => each.symptom === symptom);
  if (rule === undefined) throw new Error(`There is no rule for ${symptom}`);
  return rule;
}

/** One round of ten samples of one symptom, of which so many failed. */
export function roundAt(
  at: number,
  failures: number,
  { symptom = 'handshakeFailures', ...more }: Partial<MonitorRound> & { symptom?: Symptom } = {},
): MonitorRound {
  return { at, tallies: { [symptom]: { samples: 10, failures } }, blind: 0, diagnoses: [], ...more };
}

/** Rounds that end at `to`, one every 10 s, oldest first: how many of ten samples of each failed. */
export function roundsUntil(
  to: number,
  failures: readonly number[],
  more: Partial<MonitorRound> & { symptom?: Symptom } = {},
): readonly MonitorRound[] {
  return failures.map((count, index) => roundAt(to - (failures.length - 1 - index) * everyMs, count, more));
}

export const times = (count: number, failures: number): readonly number[] =>
  Array.from({ length: count }, () => failures);

/** mulberry32 (public domain, Tommy Ettinger): the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
