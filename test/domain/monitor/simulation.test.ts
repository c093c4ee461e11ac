import { describe, expect, it } from 'vitest';
import { detection, isRollback, median, rollbacksIn, simulate } from '../../support/monitor-simulation.ts';
import { seeded } from '../../support/monitoring.ts';

// Small and seeded; `test/bench/alerts.bench.ts` is the same for 10,000 hours.
const handshakes = (seed: number) => ({ random: seeded(seed), symptom: 'handshakeFailures' as const });

it('at a true 5 % users are taken back by accident less than once in ten hours', () => {
  expect(rollbacksIn(600, { ...handshakes(1), failing: () => () => 0.05 })).toBeLessThan(10);
});

describe.each([5_000, 10_000, 20_000, 60_000])(
  'a blip of 20 s at any moment, looked at each %i ms',
  (everyMs) => {
    const { random, symptom } = handshakes(2);
    const blip = (base: number) => () => {
      const from = 60_000 + random() * 400_000;
      return (at: number) => (at >= from && at < from + 20_000 ? 1 : base);
    };

    it('takes nobody back, and hardly ever from a service that always fails 5 %', () => {
      expect(rollbacksIn(300, { random, symptom, everyMs, failing: blip(0) })).toBe(0);
      // A rule that counts bad rounds has four and more.
      expect(rollbacksIn(600, { random, symptom, everyMs, failing: blip(0.05) })).toBeLessThan(3);
    });

    it('and an outage of five minutes does', () => {
      const outage = () => (at: number) => (at >= 60_000 && at < 360_000 ? 1 : 0);
      expect(rollbacksIn(5, { random, symptom, everyMs, failing: outage })).toBe(5);
    });
  },
);

it('a full outage is paged within 35 s and taken back within 45 s, at whatever moment of a round it begins', () => {
  const trouble = handshakes(3);
  const found = (deployed: boolean) =>
    Array.from({ length: 100 }, () => detection(1, { ...trouble, deployed }) ?? Number.POSITIVE_INFINITY);
  expect(Math.max(...found(false))).toBeLessThanOrEqual(35_000);
  expect(Math.max(...found(true))).toBeLessThanOrEqual(45_000);
});

it('failures of 30 % take users back in a median of a minute and a half', () => {
  const { random, symptom } = handshakes(4);
  const found = Array.from(
    { length: 60 },
    () => detection(0.3, { random, symptom, deployed: true }) ?? Number.POSITIVE_INFINITY,
  );
  expect(median(found)).toBeLessThanOrEqual(90_000);
});

it('12 % for long is found, stays one alert, and takes nobody back after the watch window', () => {
  const happened = simulate({ ...handshakes(5), failing: () => 0.12, deployed: false, rounds: 2_160 });
  const fired = happened.filter(({ event }) => event.type === 'fired');
  expect(fired.length).toBeGreaterThanOrEqual(1);
  expect(fired.length).toBeLessThanOrEqual(6);
  expect(happened.filter(isRollback)).toEqual([]);
});

it('what comes and goes every five minutes is told three times and then is one alert', () => {
  const failing = (at: number) => (at % 300_000 < 60_000 ? 1 : 0);
  const happened = simulate({ ...handshakes(6), failing, deployed: false, rounds: 720 });
  expect(happened.filter(({ event }) => event.type === 'fired')).toHaveLength(3);
});
