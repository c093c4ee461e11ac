/** Bucket bounds grow by this factor from 1 on, 66 of them finite, as in Cloud Run's own latency metrics. */
const GROWTH = 1.4;
const FINITE = 66;

/** The values of one metric in one period, as google.api.Distribution keeps them: counted in buckets. */
export class Histogram {
  count = 0;
  #sum = 0;
  #squares = 0;
  readonly #buckets = new Map<number, number>();

  static of(values: readonly number[]): Histogram {
    const histogram = new Histogram();
    for (const value of values) histogram.add(value);
    return histogram;
  }

  static merged(parts: readonly Histogram[]): Histogram {
    const all = new Histogram();
    for (const part of parts) all.#include(part);
    return all;
  }

  add(value: number): void {
    this.count += 1;
    this.#sum += value;
    this.#squares += value * value;
    this.#fill(bucketOf(value), 1);
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }

  /** Interpolated within its bucket. `share` is 0 to 1; 0 for a histogram that holds nothing. */
  percentile(share: number): number {
    const rank = share * this.count;
    let before = 0;
    for (const [bucket, count] of [...this.#buckets].toSorted(([one], [other]) => one - other)) {
      if (before + count >= rank) return within(bucket, (rank - before) / count);
      before += count;
    }
    return 0;
  }

  /** google.api.Distribution */
  toWire(): object {
    const last = Math.max(-1, ...this.#buckets.keys());
    return {
      count: String(this.count),
      mean: this.mean,
      sumOfSquaredDeviation: Math.max(0, this.#squares - this.count * this.mean ** 2),
      bucketOptions: { exponentialBuckets: { numFiniteBuckets: FINITE, growthFactor: GROWTH, scale: 1 } },
      bucketCounts: Array.from({ length: last + 1 }, (_, bucket) => String(this.#buckets.get(bucket) ?? 0)),
    };
  }

  #include(other: Histogram): void {
    this.count += other.count;
    this.#sum += other.#sum;
    this.#squares += other.#squares;
    for (const [bucket, count] of other.#buckets) this.#fill(bucket, count);
  }

  #fill(bucket: number, count: number): void {
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
  }
}

// google/api/distribution.proto: bucket 0 ends below 1, bucket i begins at GROWTH^(i-1), the last has no end.
function bucketOf(value: number): number {
  if (value < 1) return 0;
  return Math.min(FINITE + 1, 1 + Math.floor(Math.log(value) / Math.log(GROWTH)));
}

function within(bucket: number, part: number): number {
  const from = bucket === 0 ? 0 : GROWTH ** (bucket - 1);
  return from + (GROWTH ** bucket - from) * part;
}
