import type { Symptom } from '../domain/monitor/round.ts';
import { type ChartPoint, type ChartRequest, type Window, windowOf } from './request.ts';

/** A place on a chart; without `y` the line is broken there. */
export interface Dot {
  readonly x: number;
  readonly y: number | null;
}

/** Points further apart than so many times their distance were not measured in between. */
const gapFactor = 2.5;

/** What users cannot do without; a journey may be slow while all of this is well. */
const ofAvailability: readonly Symptom[] = [
  'connectionFailures',
  'handshakeFailures',
  'serverErrors',
  'timeouts',
];

/** Percent of failures of one symptom, or percent available. */
export function shares({ symptom, ...request }: ChartRequest): readonly Dot[] {
  if (symptom !== undefined)
    return line(request, (point) => scaled(shareOf(point, symptom), (share) => share * 100));
  return line(request, (point) => {
    const known = ofAvailability.flatMap((each) => shareOf(point, each) ?? []);
    return known.length === 0 ? null : (1 - Math.max(...known)) * 100;
  });
}

/** Whose latency tells most of the symptom, as far as it was measured. */
export function latencyOf({ symptom, points }: Pick<ChartRequest, 'symptom' | 'points'>) {
  const has = (kind: 'http' | 'handshake'): boolean => points.some((point) => point[kind] !== undefined);
  const [first, second] =
    symptom === 'handshakeFailures' ? (['handshake', 'http'] as const) : (['http', 'handshake'] as const);
  return has(first) || !has(second) ? first : second;
}

/** Milliseconds. */
export function latencies(
  request: ChartRequest,
  kind: 'http' | 'handshake',
): { readonly p50: readonly Dot[]; readonly p95: readonly Dot[] } {
  return {
    p50: line(request, (point) => point[kind]?.p50 ?? null),
    p95: line(request, (point) => point[kind]?.p95 ?? null),
  };
}

function shareOf({ tallies }: ChartPoint, symptom: Symptom): number | undefined {
  const tally = tallies[symptom];
  return tally === undefined || tally.samples === 0 ? undefined : tally.failures / tally.samples;
}

function scaled(value: number | undefined, scale: (value: number) => number): number | null {
  return value === undefined ? null : scale(value);
}

type Timed = Pick<ChartRequest, 'points' | 'everyMs' | 'span' | 'now'>;

/** One dot a point, and an empty one in each gap. */
function line(request: Timed, valueOf: (point: ChartPoint) => number | null): readonly Dot[] {
  const { from, to } = windowOf(request);
  const dots: Dot[] = [];
  let before: number | undefined;
  for (const point of request.points) {
    if (point.at < from || point.at > to) continue;
    if (before !== undefined && point.at - before > gapFactor * request.everyMs)
      dots.push({ x: (before + point.at) / 2, y: null });
    dots.push({ x: point.at, y: valueOf(point) });
    before = point.at;
  }
  return dots;
}

/** When the first of what is drawn was measured. Undefined: nothing is drawn, or it begins with the window. */
export function beginsLate(request: Pick<ChartRequest, 'points' | 'span' | 'now' | 'everyMs'>) {
  const { from, to } = windowOf(request);
  const first = request.points.find(({ at }) => at >= from && at <= to);
  return first !== undefined && first.at - from > gapFactor * request.everyMs ? first.at : undefined;
}

/** Dots between two gaps: lines of no length, to be drawn as points. */
export function alone(dots: readonly Dot[]): readonly Dot[] {
  return dots.filter(
    ({ y }, index) => y !== null && dots[index - 1]?.y == null && dots[index + 1]?.y == null,
  );
}

/**
 * Keeps of each column of the picture the first, the lowest, the highest and the last: what can be seen, and not more
 * than four dots. Chart.js thins out too, but takes an empty dot for a zero.
 */
export function thinned(dots: readonly Dot[], { from, to }: Window, columns: number): readonly Dot[] {
  const columnOf = ({ x }: Dot): number => Math.floor(((x - from) / (to - from)) * columns);
  const groups: Dot[][] = [];
  for (const dot of dots) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const joins =
      last !== undefined && (last.y === null) === (dot.y === null) && columnOf(last) === columnOf(dot);
    if (joins) group?.push(dot);
    else groups.push([dot]);
  }
  return groups.flatMap(ends);
}

function ends(group: readonly Dot[]): readonly Dot[] {
  const heightOf = ({ y }: Dot): number => y ?? 0;
  const lowest = group.reduce(
    (low, dot) => (heightOf(dot) < heightOf(low) ? dot : low),
    group[0] ?? { x: 0, y: null },
  );
  const highest = group.reduce((high, dot) => (heightOf(dot) > heightOf(high) ? dot : high), lowest);
  const kept = new Set([group[0], lowest, highest, group.at(-1)]);
  return group.filter((dot) => kept.has(dot));
}
