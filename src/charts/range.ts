import type { ChartRequest } from './request.ts';
import type { Dot } from './series.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

const valuesOf = (dots: readonly Dot[]): readonly number[] => dots.flatMap(({ y }) => y ?? []);

/** Of the rules that come with slipway, the lowest limit; for a chart without one. */
const usualLimit = 0.05;

/**
 * Percent. Twice the limit is always to be seen, or one bad sample of a thousand would look like an outage.
 */
export function shareRange(
  { symptom, limit = usualLimit }: Pick<ChartRequest, 'symptom' | 'limit'>,
  dots: readonly Dot[],
): Range {
  const bad = valuesOf(dots).map((value) => (symptom === undefined ? 100 - value : value));
  const worst = bad.reduce((most, value) => Math.max(most, value * 1.05), 200 * limit);
  const step = worst > 30 ? 20 : worst > 10 ? 10 : 2;
  const room = Math.min(100, Math.ceil(worst / step) * step);
  return symptom === undefined
    ? { min: 100 - room, max: 100, unit: ' %' }
    : { min: 0, max: room, unit: ' %' };
}

/** Milliseconds, from zero, so that heights can be compared. */
export function latencyRange(dots: readonly Dot[]): Range {
  const highest = valuesOf(dots).reduce((most, value) => Math.max(most, value * 1.05), 100);
  const step = 10 ** Math.floor(Math.log10(highest));
  const fine = highest / step < 4 ? step / 2 : step;
  return { min: 0, max: Math.ceil(highest / fine) * fine, unit: '' };
}
