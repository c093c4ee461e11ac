import { describe, expect, test } from 'vitest';
import type { ChartRequest } from '../../src/charts/request.ts';
import { alone, latencyOf, shares, thinned } from '../../src/charts/series.ts';

const now = 3_600_000;
const request: Omit<ChartRequest, 'points'> = {
  target: { service: 'backend', environment: 'staging' },
  span: '1h',
  everyMs: 10_000,
  now,
};
const tally = (failures: number, samples = 10) => ({ samples, failures });

describe('shares', () => {
  test('are the percent of failures of a symptom; without samples there is a gap', () => {
    const points = [
      { at: 1_000, tallies: { timeouts: tally(3) } },
      { at: 11_000, tallies: { timeouts: tally(0, 0) } },
      { at: 21_000, tallies: {} },
    ];
    expect(shares({ ...request, symptom: 'timeouts', points }).map(({ y }) => y)).toEqual([30, null, null]);
  });

  test('are what the worst symptom leaves; a slow journey is no lack of availability', () => {
    const tallies = { serverErrors: tally(1), handshakeFailures: tally(5), journeys: tally(10) };
    expect(shares({ ...request, points: [{ at: 1_000, tallies }] })).toEqual([{ x: 1_000, y: 50 }]);
    expect(shares({ ...request, points: [{ at: 1_000, tallies: { journeys: tally(10) } }] })).toEqual([
      { x: 1_000, y: null },
    ]);
  });

  test('have a gap where rounds are missing, and nothing outside the span', () => {
    const points = [-1, 0, 10_000, 35_000, 60_001, now, now + 1].map((at) => ({
      at,
      tallies: { timeouts: tally(0) },
    }));
    const drawn = shares({ ...request, symptom: 'timeouts', points });
    expect(drawn.map(({ x, y }) => (y === null ? 'gap' : x))).toEqual([
      0,
      10_000,
      35_000,
      'gap',
      60_001,
      'gap',
      now,
    ]);
  });
});

describe('thinned', () => {
  const window = { from: 0, to: 1_000 };
  const dots = Array.from({ length: 1_000 }, (_, x) => ({ x, y: x === 555 ? -1 : x === 557 ? 99 : 5 }));

  test('keeps the highest and the lowest of each column, in order', () => {
    const kept = thinned(dots, window, 10);
    expect(kept.length).toBeLessThanOrEqual(40);
    expect(kept.filter(({ x }) => x >= 500 && x < 600).map(({ x }) => x)).toEqual([500, 555, 557, 599]);
  });

  test('keeps gaps', () => {
    const broken = dots.map(({ x, y }) => ({ x, y: x === 300 ? null : y }));
    expect(thinned(broken, window, 10)).toContainEqual({ x: 300, y: null });
  });

  test('leaves few dots as they are', () => {
    const few = dots.filter(({ x }) => x % 100 === 0);
    expect(thinned(few, window, 500)).toEqual(few);
  });
});

test('a dot between two gaps is alone', () => {
  const dots = [1, null, 3, null, 5, 6].map((y, x) => ({ x, y }));
  expect(alone(dots).map(({ y }) => y)).toEqual([1, 3]);
});

test('the latency is that of the symptom, as far as it was measured', () => {
  const measured = { p50: 1, p95: 2 };
  const of = (symptom: ChartRequest['symptom'], kinds: object) =>
    latencyOf({ symptom, points: [{ at: 1, tallies: {}, ...kinds }] });
  expect(of('handshakeFailures', { http: measured, handshake: measured })).toBe('handshake');
  expect(of('handshakeFailures', { http: measured })).toBe('http');
  expect(of('serverErrors', { http: measured, handshake: measured })).toBe('http');
  expect(of('serverErrors', { handshake: measured })).toBe('handshake');
  expect(of(undefined, {})).toBe('http');
});
