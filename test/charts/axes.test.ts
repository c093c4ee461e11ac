import { expect, test } from 'vitest';
import { latencyRange, shareRange } from '../../src/charts/range.ts';
import { momentOf, ticksOf } from '../../src/charts/time-axis.ts';

const now = Date.UTC(2026, 10, 21, 12, 34);
const dots = (...values: (number | null)[]) => values.map((y, x) => ({ x, y }));

test('times are round, in UTC, and a midnight is told as its day', () => {
  const labels = (span: '1h' | '24h' | '7d') => ticksOf({ span, now }).map(({ label }) => label);
  expect(labels('1h')).toEqual(['11:40', '11:50', '12:00', '12:10', '12:20', '12:30']);
  expect(labels('24h')).toEqual(['16:00', '20:00', '21 Nov', '04:00', '08:00', '12:00']);
  expect(labels('7d')).toEqual(['15 Nov', '16 Nov', '17 Nov', '18 Nov', '19 Nov', '20 Nov', '21 Nov']);
  expect(momentOf({ from: 0, to: now })).toBe('21 Nov 12:34 UTC');
});

test('the range of failures shows twice the limit, and never more than all', () => {
  const range = (limit: number | undefined, ...values: (number | null)[]) =>
    shareRange({ symptom: 'timeouts', limit }, dots(...values));
  expect(range(undefined, 0, null)).toMatchObject({ min: 0, max: 10 });
  expect(range(0.2, 1)).toMatchObject({ min: 0, max: 40 });
  expect(range(0.05, 100)).toMatchObject({ min: 0, max: 100 });
  expect(range(0.9)).toMatchObject({ min: 0, max: 100 });
});

test('the range of availability ends at 100 %', () => {
  expect(shareRange({ limit: 0.05 }, dots(100, 99))).toMatchObject({ min: 90, max: 100 });
  expect(shareRange({ limit: 0.05 }, dots(0))).toMatchObject({ min: 0, max: 100 });
});

test.each([
  [[], 100],
  [[90], 100],
  [[134], 150],
  [[1_480], 2_000],
  [[5_200], 6_000],
])('latencies of %j end at %i ms', (values, max) => {
  expect(latencyRange(dots(...values))).toMatchObject({ min: 0, max });
});
