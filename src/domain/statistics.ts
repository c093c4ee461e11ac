import type { Latency, Rate, Verdict } from './validation/result.ts';

/** One-sided 95 %. */
const z95 = 1.6449;
/** More samples than this are not asked for: the answer is then "too near the limit to say". */
const mostNeeded = 100_000;

/** One-sided Wilson bounds of a failure rate, of 95 % by default. Without samples nothing is known: 0 to 1. */
export function wilson(
  failures: number,
  samples: number,
  z = z95,
): { readonly lower: number; readonly upper: number } {
  if (samples === 0) return { lower: 0, upper: 1 };
  const share = failures / samples;
  const spread = (z * z) / samples;
  const centre = share + spread / 2;
  const reach = z * Math.sqrt((share * (1 - share)) / samples + spread / (4 * samples));
  return {
    lower: failures === 0 ? 0 : Math.max(0, (centre - reach) / (1 + spread)),
    upper: failures === samples ? 1 : Math.min(1, (centre + reach) / (1 + spread)),
  };
}

/**
 * Healthy when even the upper bound is under the limit, unhealthy when even the lower bound is over it.
 * A limit of 0 can never be proved: there, no failure among the samples is healthy.
 * @param limit share of samples that may fail, 0 to 1
 */
export function judgeRate({ failures, samples }: Tally, limit: number): Verdict {
  const { lower, upper } = wilson(failures, samples);
  if (samples === 0) return 'inconclusive';
  if (lower > limit) return 'unhealthy';
  if (limit <= 0) return failures === 0 ? 'healthy' : 'unhealthy';
  return upper < limit || limit >= 1 ? 'healthy' : 'inconclusive';
}

export interface Tally {
  readonly samples: number;
  readonly failures: number;
}

/** @param limit share of samples that may fail, 0 to 1 */
export function rateOf(tally: Tally, limit: number): Rate {
  return { ...tally, ...wilson(tally.failures, tally.samples), needed: samplesNeeded(tally, limit) };
}

/** How many more samples make the rate firm if nothing more fails; at most 100,000. */
export function samplesNeeded(tally: Tally, limit: number): number {
  const firm = (more: number) =>
    judgeRate({ failures: tally.failures, samples: tally.samples + more }, limit) === 'healthy';
  if (judgeRate(tally, limit) !== 'inconclusive') return 0;
  let low = 0;
  let high = mostNeeded;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (firm(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Nearest rank; undefined without values. */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** Undefined without values. Rounded to hundredths of a millisecond. */
export function latencyOf(values: readonly number[]): Latency | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((percentile(sorted, share) ?? 0) * 100) / 100;
  return sorted.length === 0
    ? undefined
    : { samples: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
