import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/domain/duration.ts';

test.each([
  ['500ms', 500],
  ['2s', 2_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  ['1.5s', 1_500],
  ['0s', 0],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '10', 's', '2 s', '-2s', '1h30m', '2S', '2s\n', '1e3s', '1'.repeat(10) + 's'])(
  '%j is none',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  [0, '0ms'],
  [500, '500ms'],
  [90_000, '90s'],
  [600_000, '10m'],
  [86_400_000, '1d'],
])('%d ms is written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});
