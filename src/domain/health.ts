import type { Check } from './results.ts';

export interface Sample {
  readonly ok: boolean;
  readonly ms: number;
  /** What was seen instead, e.g. `HTTP 500` or `no answer within 2 s`. */
  readonly seen?: string;
}

/** Samples of a first look, and the most that are taken when that look is not clear. */
export const firstSamples = 5;
export const mostSamples = 20;

/**
 * One early error never fails a candidate, a dead one fails at once: no failure in the first samples
 * is healthy, a majority of failures is unhealthy, anything between asks for more samples, of which
 * at most one in ten may fail.
 */
export function judge(samples: readonly Sample[]): Check['verdict'] {
  const failures = samples.filter((sample) => !sample.ok).length;
  if (samples.length < firstSamples) return 'inconclusive';
  if (failures === 0) return 'healthy';
  if (failures * 2 > samples.length) return 'unhealthy';
  if (samples.length < mostSamples) return 'inconclusive';
  return failures * 10 <= samples.length ? 'healthy' : 'unhealthy';
}

export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
