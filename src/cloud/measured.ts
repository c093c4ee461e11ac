import type { protos } from '@google-cloud/monitoring';
import { addDistribution, type Buckets, emptyBuckets, percentile } from './distribution.ts';
import { numberOf, type Point, pointsOf } from './time-series.ts';

type TimeSeries = protos.google.monitoring.v3.ITimeSeries;

/** By the class of the HTTP status; a WebSocket counts under 1xx, once, when it ends. */
export type ResponseClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';
const classes: readonly string[] = ['1xx', '2xx', '3xx', '4xx', '5xx'] satisfies ResponseClass[];

export interface MeasuredTraffic {
  /** Milliseconds since 1970: what follows is of the time from `from` to `until`, and says nothing of any other. */
  readonly from: number;
  readonly until: number;
  readonly requests: Readonly<Record<ResponseClass, number>>;
  /** Of requests that are not WebSockets, whatever their status; interpolated in Google's buckets. Absent: there were none. */
  readonly latencyMs?: Readonly<Record<'p50' | 'p95' | 'p99', number>>;
}

export interface MeasuredLoad {
  /** Milliseconds since 1970: the end of the minute that this is of. */
  readonly until: number;
  readonly instances: number;
  /**
   * About how many requests and open WebSockets were served at once; Cloud Run tells no WebSockets apart. Google keeps
   * the minute's maximum of each instance, so this falls to 0 only in the minute after the last has ended. Absent: not
   * told for this minute.
   */
  readonly connections?: number;
}

/** What Cloud Monitoring has seen of one revision. A part that is absent is not known; it is never 0. */
export interface RevisionMetrics {
  readonly traffic?: MeasuredTraffic;
  readonly load?: MeasuredLoad;
}

/** Google's own sampling period: one metric may be this far behind the other. */
const sampledMs = 60_000;

/** Without the samples that began before `fromMs`: they also count what was before. Undefined: nothing was seen. */
export function trafficOf(all: readonly TimeSeries[], fromMs: number): MeasuredTraffic | undefined {
  const requests = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  let buckets: Buckets = emptyBuckets;
  let [from, until] = [Infinity, -Infinity];
  for (const series of all) {
    const name = series.metric?.labels?.['response_code_class'] ?? '';
    for (const point of pointsOf(series)) {
      const { distributionValue } = point.value;
      if (!isClass(name) || !distributionValue || point.start < fromMs) continue;
      requests[name] += numberOf(distributionValue.count);
      if (name !== '1xx') buckets = addDistribution(buckets, distributionValue);
      from = Math.min(from, point.start);
      until = Math.max(until, point.end);
    }
  }
  if (until === -Infinity) return undefined;
  return { from, until, requests, ...(buckets.count === 0 ? {} : { latencyMs: percentilesOf(buckets) }) };
}

const percentilesOf = (buckets: Buckets) => ({
  p50: percentile(buckets, 0.5),
  p95: percentile(buckets, 0.95),
  p99: percentile(buckets, 0.99),
});

const isClass = (name: string): name is ResponseClass => classes.includes(name);

/** Both metrics are split by the instances' state, so they are read at the newest moment that both tell of. */
export function loadOf(
  instances: readonly TimeSeries[],
  concurrency: readonly TimeSeries[],
): MeasuredLoad | undefined {
  const counted = byEnd(instances);
  const busy = byEnd(concurrency);
  const newest = Math.max(...counted.keys());
  const last = counted.get(newest);
  if (last === undefined) return undefined;
  // Without an instance there is nothing that could tell of its requests.
  if (sum(last) === 0) return { until: newest, instances: 0, connections: 0 };
  const common = Math.max(...[...counted.keys()].filter((end) => busy.has(end)));
  if (common < newest - sampledMs) return { until: newest, instances: sum(last) };
  const states = counted.get(common) ?? last;
  const load = { until: common, instances: sum(states) };
  const connections = connectionsOf(states, busy.get(common) ?? new Map<string, number>());
  return connections === undefined ? load : { ...load, connections };
}

/** The mean of each instance, times the instances. Undefined when there is a mean of a state that nobody counted. */
function connectionsOf(
  states: ReadonlyMap<string, number>,
  means: ReadonlyMap<string, number>,
): number | undefined {
  let all = 0;
  for (const [state, mean] of means) {
    const instances = states.get(state);
    if (instances === undefined) return undefined;
    all += mean * instances;
  }
  return Math.round(all);
}

/** End → state → value; a distribution's value is its mean. */
function byEnd(all: readonly TimeSeries[]): Map<number, Map<string, number>> {
  const ends = new Map<number, Map<string, number>>();
  for (const series of all) {
    const state = series.metric?.labels?.['state'] ?? '';
    for (const point of pointsOf(series)) {
      const states = ends.get(point.end) ?? new Map<string, number>();
      ends.set(point.end, states.set(state, valueOf(point)));
    }
  }
  return ends;
}

const valueOf = ({ value }: Point): number =>
  value.distributionValue ? numberOf(value.distributionValue.mean) : numberOf(value.int64Value);

const sum = (values: ReadonlyMap<string, number>): number =>
  [...values.values()].reduce((all, each) => all + each, 0);
