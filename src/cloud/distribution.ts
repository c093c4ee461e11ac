import type { protos } from '@google-cloud/monitoring';
import { numberOf } from './time-series.ts';

type Distribution = protos.google.api.IDistribution;

/** Counted values by the range they lie in, added up over distributions whose ranges may differ. */
export interface Buckets {
  readonly count: number;
  readonly ranges: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

export const emptyBuckets: Buckets = { count: 0, ranges: [] };

/** Without buckets all values are taken to be at the mean, which is all that is told of them then. */
export function addDistribution(buckets: Buckets, distribution: Distribution): Buckets {
  const count = numberOf(distribution.count);
  const counts = (distribution.bucketCounts ?? []).map(numberOf);
  const boundOf = boundsOf(distribution);
  const mean = numberOf(distribution.mean);
  const ranges =
    boundOf === undefined || counts.length === 0
      ? [{ from: mean, to: mean, count }]
      : counts.map((inside, bucket) => rangeOf(boundOf, bucket, inside));
  return {
    count: buckets.count + count,
    ranges: [...buckets.ranges, ...ranges.filter((range) => range.count > 0)],
  };
}

/** Interpolated within its range. `share` is 0 to 1. */
export function percentile({ count, ranges }: Buckets, share: number): number {
  const rank = share * count;
  let before = 0;
  for (const { from, to, count: inside } of ranges.toSorted((one, other) => one.to - other.to)) {
    if (before + inside >= rank) return from + (to - from) * ((rank - before) / inside);
    before += inside;
  }
  return ranges.at(-1)?.to ?? 0;
}

type BoundOf = (index: number) => number | undefined;

/** Bucket i lies between bound i-1 and bound i: google/api/distribution.proto, BucketOptions. */
function boundsOf({ bucketOptions }: Distribution): BoundOf | undefined {
  const { exponentialBuckets, linearBuckets, explicitBuckets } = bucketOptions ?? {};
  if (exponentialBuckets) {
    const { numFiniteBuckets, growthFactor, scale } = exponentialBuckets;
    return limited(numFiniteBuckets, (index) => numberOf(scale) * numberOf(growthFactor) ** index);
  }
  if (linearBuckets) {
    const { numFiniteBuckets, width, offset } = linearBuckets;
    return limited(numFiniteBuckets, (index) => numberOf(offset) + numberOf(width) * index);
  }
  if (explicitBuckets) return (index) => explicitBuckets.bounds?.[index];
  return undefined;
}

/** The last bucket has no upper bound. */
const limited =
  (finite: number | null | undefined, bound: (index: number) => number): BoundOf =>
  (index) =>
    index < 0 || index > numberOf(finite) ? undefined : bound(index);

/** The first and the last bucket are open: what is told of them is the bound they have. */
function rangeOf(boundOf: BoundOf, bucket: number, count: number) {
  const [low, high] = [boundOf(bucket - 1), boundOf(bucket)];
  const from = low ?? Math.min(0, high ?? 0);
  return { from, to: high ?? from, count };
}
