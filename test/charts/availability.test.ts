import { loadImage, createCanvas } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { availabilityChart } from '../../src/charts/availability.ts';
import type { ChartRequest } from '../../src/charts/request.ts';

const minute = 60_000;
const now = Date.UTC(2026, 10, 21, 12, 30);
const base: ChartRequest = {
  target: { service: 'backend', environment: 'staging' },
  span: '1h',
  points: [],
  everyMs: minute,
  now,
};

const point = (at: number, failures: number) => ({
  at,
  tallies: { connectionFailures: { samples: 10, failures } },
  http: { p50: 40, p95: 90 },
});

/** A point a minute for an hour, ten samples each. */
const hour = (failuresAt: (minutesAgo: number) => number) =>
  Array.from({ length: 61 }, (_, index) => point(now - (60 - index) * minute, failuresAt(60 - index)));

interface Picture {
  readonly width: number;
  readonly height: number;
  /** `#rrggbb` of the pixel. */
  readonly at: (x: number, y: number) => string;
  /** How many pixels of a rectangle have the colour. */
  readonly count: (colour: string, part?: Part) => number;
}
type Part = readonly [left: number, top: number, right: number, bottom: number];

async function picture(request: ChartRequest): Promise<Picture> {
  const image = await loadImage(await availabilityChart(request));
  const { width, height } = image;
  const pen = createCanvas(width, height).getContext('2d');
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const at = (x: number, y: number): string =>
    `#${[0, 1, 2].map((each) => data[(y * width + x) * 4 + each]!.toString(16).padStart(2, '0')).join('')}`;
  const count = (colour: string, [left, top, right, bottom]: Part = [0, 0, width, height]): number => {
    const wanted = [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16));
    let found = 0;
    for (let y = top; y < bottom; y += 1)
      for (let x = left; x < right; x += 1)
        if (wanted.every((each, index) => data[(y * width + x) * 4 + index] === each)) found += 1;
    return found;
  };
  return { width, height, at, count };
}

const [share, p50, limitColour, markColour] = ['#0072b2', '#009e73', '#d55e00', '#8a3f77'];
/** The panels without their captions and axes: the hour is 1,248 pixels wide, a minute 20.8. */
const upper: Part = [146, 136, 1392, 352];
const lower: Part = [146, 456, 1392, 656];
const minutesAgo = (ago: number): number => Math.round(1392 - (ago * 1248) / 60);

test('is a PNG, twice as fine as it is meant to be shown', async () => {
  const { width, height, at } = await picture({ ...base, points: hour(() => 0) });
  expect([width, height, at(0, 0)]).toEqual([1440, 720, '#ffffff']);
});

test('draws availability at the top when nothing fails, and lower when it does', async () => {
  const good = await picture({ ...base, points: hour(() => 0) });
  const bad = await picture({ ...base, points: hour((ago) => (ago < 20 ? 5 : 0)) });
  const middle: Part = [minutesAgo(18), 200, minutesAgo(2), 352];
  expect(good.count(share, middle)).toBe(0);
  expect(bad.count(share, middle)).toBeGreaterThan(500);
});

test('draws no line where nothing was measured', async () => {
  const gap = (ago: number): boolean => ago > 20 && ago < 40;
  const points = hour(() => 0).filter(({ at }) => !gap((now - at) / minute));
  const whole: Part = [minutesAgo(38), 130, minutesAgo(22), 656];
  const { count } = await picture({ ...base, points });
  expect([count(share, whole), count(p50, whole)]).toEqual([0, 0]);
  const full = await picture({ ...base, points: hour(() => 0) });
  expect(full.count(share, whole)).toBeGreaterThan(500);
});

test('says so when there is nothing, and does not look well', async () => {
  const { count } = await picture(base);
  expect([count(share, upper), count(p50, lower)]).toEqual([0, 0]);
  expect(count('#5c5b5e', lower)).toBeGreaterThan(50);
});

test('shows a single point', async () => {
  const { count } = await picture({ ...base, points: [point(now - 30 * minute, 0)] });
  const around: Part = [minutesAgo(31), 128, minutesAgo(29), 160];
  expect(count(share, around)).toBeGreaterThan(20);
});

test('draws failures of one symptom from below, with the limit', async () => {
  const request = { ...base, symptom: 'connectionFailures' as const, points: hour(() => 0) };
  const without = await picture(request);
  const limited = await picture({ ...request, limit: 0.1 });
  expect(limited.count(share, [146, 330, 1392, 352])).toBeGreaterThan(1_000);
  expect(without.count(limitColour, upper)).toBe(0);
  expect(limited.count(limitColour, upper)).toBeGreaterThan(1_000);
});

test('marks deploys and rollbacks on both panels, and shades the time of a firing', async () => {
  const points = hour(() => 0);
  const plain = await picture({ ...base, points });
  const marked = await picture({
    ...base,
    points,
    marks: [
      { at: now - 30 * minute, kind: 'rollback', label: '#43' },
      { at: now - 40 * minute, kind: 'deploy', label: '#42' },
      { at: now - 80 * minute, kind: 'deploy', label: '#41' },
    ],
    firings: [{ from: now - 10 * minute }],
  });
  for (const panel of [upper, lower]) {
    expect(plain.count(markColour, panel)).toBe(0);
    expect(marked.count(markColour, panel)).toBeGreaterThan(400);
  }
  const shaded = marked.at(minutesAgo(5), 260);
  expect(shaded).not.toBe('#ffffff');
  expect(marked.at(minutesAgo(15), 260)).toBe('#ffffff');
});

test('shows one bad minute in a week', async () => {
  const week = Array.from({ length: 10_080 }, (_, index) =>
    point(now - (10_079 - index) * minute, index === 5_000 ? 10 : 0),
  );
  const began = performance.now();
  const { count } = await picture({ ...base, span: '7d', points: week });
  console.log(`a chart of 10,080 points, drawn and read again: ${(performance.now() - began).toFixed(0)} ms`);
  expect(count(share, [700, 300, 820, 340])).toBeGreaterThan(20);
});

const muted = '#5c5b5e';

test('says before when nothing was measured, on both panels, where there is room for it', async () => {
  const late = (minutes: number) => hour(() => 0).filter(({ at }) => at >= now - minutes * minute);
  const [half, nearly, whole] = await Promise.all([
    picture({ ...base, points: late(30) }),
    picture({ ...base, points: late(58) }),
    picture({ ...base, points: hour(() => 0) }),
  ]);
  for (const panel of [upper, lower]) {
    const left: Part = [panel[0], panel[1], minutesAgo(31), panel[3]];
    expect(half.count(muted, left)).toBeGreaterThan(50);
    expect(nearly.count(muted, left)).toBe(0);
    expect(whole.count(muted, left)).toBe(0);
  }
});
