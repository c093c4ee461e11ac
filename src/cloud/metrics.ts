import type { protos } from '@google-cloud/monitoring';
import type { Target } from '../domain/target.ts';
import type { GoogleClients } from './clients.ts';
import { addDistribution, type Buckets, emptyBuckets, percentile } from './distribution.ts';
import { callOptions, reading } from './errors.ts';
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
   * About how many requests and open WebSockets were served at once. Google tells each minute's maximum for each
   * instance, so this is never less than were open at `until`, and it falls to 0 a minute after the last has ended.
   * Absent: not told for this minute.
   */
  readonly connections?: number;
}

/** What Cloud Monitoring has seen of one revision. A part that is absent is not known; it is never 0. */
export interface RevisionMetrics {
  readonly traffic?: MeasuredTraffic;
  readonly load?: MeasuredLoad;
}

export interface MetricsWindow {
  /** Short names. */
  readonly revisions: readonly string[];
  /** Milliseconds since 1970. Samples that began before `fromMs` or ended after `toMs` are left out. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Google's own sampling period: one metric may be this far behind the other. */
const sampledMs = 60_000;

const latencies = 'run.googleapis.com/request_latencies';
const instanceCount = 'run.googleapis.com/container/instance_count';
const concurrencies = 'run.googleapis.com/container/max_request_concurrencies';

/**
 * Cloud Monitoring, as far as slipway uses it. Cloud Run's metrics are sampled each 60 s and visible up to 120 s later
 * (https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run), so an answer is always of the past: `until` says
 * of which, and what is younger is unknown.
 */
export class CloudMetrics {
  readonly #google: GoogleClients;

  constructor(google: GoogleClients) {
    this.#google = google;
  }

  /**
   * What was measured of each revision asked for, with three calls to Google. Requests that reached no container (no
   * permission, no instance free) are in none of Cloud Run's metrics.
   * @returns an entry for each revision; an empty one when nothing is known of it (yet).
   * @throws CloudError as `reading` does; PERMISSION_DENIED wants the role monitoring.viewer.
   */
  async revisions(
    target: Target,
    window: MetricsWindow,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, RevisionMetrics>> {
    const [requests, instances, concurrency] = await Promise.all(
      [latencies, instanceCount, concurrencies].map((metric) =>
        this.#series(requestOf(target, window, metric), signal),
      ),
    );
    return new Map(
      window.revisions.map((revision) => {
        const own = (all: readonly TimeSeries[] = []) =>
          all.filter((series) => series.resource?.labels?.['revision_name'] === revision);
        const traffic = trafficOf(own(requests), window);
        const load = loadOf(own(instances), own(concurrency));
        return [
          revision,
          { ...(traffic === undefined ? {} : { traffic }), ...(load === undefined ? {} : { load }) },
        ];
      }),
    );
  }

  async #series(
    request: protos.google.monitoring.v3.IListTimeSeriesRequest,
    signal: AbortSignal,
  ): Promise<readonly TimeSeries[]> {
    const read = () => this.#google.metrics.listTimeSeries(request, callOptions);
    const [series] = await reading('Reading the metrics', read, signal);
    return series;
  }
}

/**
 * Raw points: aligning them to periods of our own would move their ends, by which the lag is known, and spread a
 * minute over two of ours.
 */
function requestOf(
  { project, region, run }: Target,
  { revisions, fromMs, toMs }: MetricsWindow,
  metric: string,
): protos.google.monitoring.v3.IListTimeSeriesRequest {
  const quoted = revisions.map((revision) => JSON.stringify(revision)).join(',');
  return {
    name: `projects/${project}`,
    filter: [
      `metric.type = ${JSON.stringify(metric)}`,
      'resource.type = "cloud_run_revision"',
      `resource.labels.location = ${JSON.stringify(region)}`,
      `resource.labels.service_name = ${JSON.stringify(run)}`,
      `resource.labels.revision_name = one_of(${quoted})`,
    ].join(' AND '),
    interval: { startTime: timestampOf(fromMs), endTime: timestampOf(toMs) },
    view: 'FULL',
  };
}

function timestampOf(ms: number) {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}

function trafficOf(all: readonly TimeSeries[], { fromMs }: MetricsWindow): MeasuredTraffic | undefined {
  const requests = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  let buckets: Buckets = emptyBuckets;
  let [from, until] = [Infinity, -Infinity];
  for (const series of all) {
    const name = series.metric?.labels?.['response_code_class'] ?? '';
    for (const point of pointsOf(series)) {
      const { distributionValue } = point.value;
      // A sample that began earlier also counts what was before, the stable revision's last minute for one.
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
function loadOf(
  instances: readonly TimeSeries[],
  concurrency: readonly TimeSeries[],
): MeasuredLoad | undefined {
  const counted = byEnd(instances);
  const busy = byEnd(concurrency);
  const newest = Math.max(...counted.keys());
  const common = Math.max(...[...counted.keys()].filter((end) => busy.has(end)));
  const until = common >= newest - sampledMs ? common : newest;
  const states = counted.get(until);
  if (states === undefined) return undefined;
  const load = { until, instances: sum(states) };
  const means = busy.get(until) ?? (load.instances === 0 ? new Map<string, number>() : undefined);
  if (means === undefined) return load;
  const connections = [...means].reduce((all, [state, mean]) => all + mean * (states.get(state) ?? 0), 0);
  return { ...load, connections: Math.round(connections) };
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
