import { describe, expect, it } from 'vitest';
import { addDistribution, emptyBuckets, percentile } from '../../src/cloud/distribution.ts';
import { loadOf, trafficOf } from '../../src/cloud/measured.ts';

/** 64-bit numbers as Google's clients may give them. */
const long = (value: number) =>
  ({ low: value, high: 0, unsigned: false, toString: () => String(value) }) as never;

const minute = (end: number, value: object) => ({
  interval: { startTime: { seconds: long(end - 60), nanos: 0 }, endTime: { seconds: String(end), nanos: 0 } },
  value,
});
const gauge = (end: number, value: number) => ({
  interval: { startTime: { seconds: end }, endTime: { seconds: end } },
  value: { int64Value: long(value) },
});
const inState = (state: string, ...points: object[]) => ({ metric: { labels: { state } }, points });
const mean = (value: number) => ({ distributionValue: { count: '2', mean: value } });

describe('the load of a revision', () => {
  it('is the mean of the instances in each state, times their number', () => {
    const instances = [inState('active', gauge(120, 3)), inState('idle', gauge(120, 2))];
    const busy = [inState('active', minute(120, mean(40))), inState('idle', minute(120, mean(0)))];
    expect(loadOf(instances, busy)).toEqual({ until: 120_000, instances: 5, connections: 120 });
  });

  it('is that of the minute before while one of the two metrics is late', () => {
    const instances = [inState('active', gauge(180, 9), gauge(120, 1))];
    const busy = [inState('active', minute(120, mean(7)))];
    expect(loadOf(instances, busy)).toEqual({ until: 120_000, instances: 1, connections: 7 });
  });

  it('has no connections when they are not told, which is not none', () => {
    const instances = [inState('active', gauge(600, 1), gauge(120, 1))];
    expect(loadOf(instances, [inState('active', minute(120, mean(7)))])).toEqual({
      until: 600_000,
      instances: 1,
    });
    expect(loadOf(instances, [])).toEqual({ until: 600_000, instances: 1 });
    const other = [inState('elsewhere', minute(600, mean(7)))];
    expect(loadOf(instances, other)).toEqual({ until: 600_000, instances: 1 });
    expect(loadOf([], other)).toBeUndefined();
  });

  it('is none at all without an instance', () => {
    const instances = [inState('active', gauge(180, 0), gauge(120, 1)), inState('idle', gauge(180, 0))];
    const busy = [inState('active', minute(120, mean(7)))];
    expect(loadOf(instances, busy)).toEqual({ until: 180_000, instances: 0, connections: 0 });
  });
});

describe('the traffic of a revision', () => {
  const series = (response_code_class: string, ...points: object[]) => ({
    metric: { labels: { response_code_class } },
    points,
  });
  const requests = (count: number) => ({ distributionValue: { count: long(count), mean: 10 } });

  it('adds up codes and minutes, and says of which time', () => {
    const all = [
      series('2xx', minute(180, requests(5)), minute(120, requests(4))),
      series('5xx', minute(120, requests(1))),
    ];
    expect(trafficOf(all, 0)).toEqual({
      from: 60_000,
      until: 180_000,
      requests: { '1xx': 0, '2xx': 9, '3xx': 0, '4xx': 0, '5xx': 1 },
      latencyMs: { p50: 10, p95: 10, p99: 10 },
    });
    expect(trafficOf(all, 60_001)).toMatchObject({ from: 120_000, requests: { '2xx': 5, '5xx': 0 } });
  });

  it('is unknown without a point', () => {
    expect(trafficOf([], 0)).toBeUndefined();
    expect(trafficOf([series('2xx', { interval: null, value: null })], 0)).toBeUndefined();
    expect(trafficOf([series('2xx', minute(120, requests(5)))], 60_001)).toBeUndefined();
  });

  it('does not take a number for one that is none', () => {
    const broken = [series('2xx', minute(120, { distributionValue: { count: 'many' } }))];
    expect(() => trafficOf(broken, 0)).toThrow('Expected a number');
  });
});

describe('a percentile of counted values', () => {
  it.each([
    ['exponential', { exponentialBuckets: { numFiniteBuckets: 3, growthFactor: 2, scale: 100 } }, [200, 400]],
    ['linear', { linearBuckets: { numFiniteBuckets: 3, width: 100, offset: 0 } }, [100, 200]],
    ['explicit', { explicitBuckets: { bounds: [0, 10, 50, 90] } }, [10, 50]],
  ] as const)('lies within its bucket: %s', (_kind, bucketOptions, [from, to]) => {
    const options = structuredClone(bucketOptions) as object;
    const counts = ['0', '0', '10', '0'];
    const one = addDistribution(emptyBuckets, { count: '10', bucketOptions: options, bucketCounts: counts });
    expect(percentile(one, 0.5)).toBeCloseTo((from + to) / 2);
    expect(percentile(one, 1)).toBeCloseTo(to);
    const both = addDistribution(one, { count: 90, mean: 1_000 });
    expect(percentile(both, 0.99)).toBe(1_000);
  });

  it('is no more than the last bound in the bucket that has no end', () => {
    const bucketOptions = { explicitBuckets: { bounds: [10, 20] } };
    const over = addDistribution(emptyBuckets, { count: 1, bucketOptions, bucketCounts: [0, 0, 1] });
    expect(percentile(over, 0.5)).toBe(20);
  });
});
