import type { protos } from '@google-cloud/monitoring';
import type { Usage } from '../domain/container/container.ts';
import type { Target } from '../domain/target.ts';
import type { GoogleClients } from './clients.ts';
import { callOptions, reading } from './errors.ts';
import { loadOf, type RevisionMetrics, trafficOf } from './measured.ts';
import { numberOf, pointsOf } from './time-series.ts';

type TimeSeries = protos.google.monitoring.v3.ITimeSeries;

export interface MetricsWindow {
  /** Short names. */
  readonly revisions: readonly string[];
  /** Milliseconds since 1970. Samples that began before `fromMs` or ended after `toMs` are left out. */
  readonly fromMs: number;
  readonly toMs: number;
}

const dayMs = 86_400_000;
const latencies = 'run.googleapis.com/request_latencies';
const instanceCount = 'run.googleapis.com/container/instance_count';
const billableTime = 'run.googleapis.com/container/billable_instance_time';
const requestCount = 'run.googleapis.com/request_count';
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
    if (window.revisions.length === 0) return new Map();
    const [requests, instances, concurrency] = await Promise.all(
      [latencies, instanceCount, concurrencies].map((metric) =>
        this.#series(requestOf(target, window, metric), signal),
      ),
    );
    return new Map(
      window.revisions.map((revision) => {
        const own = (all: readonly TimeSeries[] = []) =>
          all.filter((series) => series.resource?.labels?.['revision_name'] === revision);
        const traffic = trafficOf(own(requests), window.fromMs);
        const load = loadOf(own(instances), own(concurrency));
        return [
          revision,
          { ...(traffic === undefined ? {} : { traffic }), ...(load === undefined ? {} : { load }) },
        ];
      }),
    );
  }

  /**
   * How much a service was used from a moment on, all revisions together, with two calls to Google that give one number
   * a day.
   * @returns undefined when Google has measured nothing.
   */
  async usage(
    target: Target,
    { fromMs, toMs }: Pick<MetricsWindow, 'fromMs' | 'toMs'>,
    signal: AbortSignal,
  ): Promise<Usage | undefined> {
    const sums = [billableTime, requestCount].map(async (metric) =>
      total(await this.#series(daily(target, { fromMs, toMs }, metric), signal)),
    );
    const [instanceSeconds, requests = 0] = await Promise.all(sums);
    if (instanceSeconds === undefined) return undefined;
    return { days: (toMs - fromMs) / dayMs, instanceSeconds, requests };
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
  target: Target,
  { revisions, fromMs, toMs }: MetricsWindow,
  metric: string,
): protos.google.monitoring.v3.IListTimeSeriesRequest {
  const quoted = revisions.map((revision) => JSON.stringify(revision)).join(',');
  return {
    name: `projects/${target.project}`,
    filter: [filterOf(target, metric), `resource.labels.revision_name = one_of(${quoted})`].join(' AND '),
    interval: { startTime: timestampOf(fromMs), endTime: timestampOf(toMs) },
    view: 'FULL',
  };
}

/** A month of raw points would be 43,000 of each revision. */
function daily(
  target: Target,
  { fromMs, toMs }: Pick<MetricsWindow, 'fromMs' | 'toMs'>,
  metric: string,
): protos.google.monitoring.v3.IListTimeSeriesRequest {
  return {
    name: `projects/${target.project}`,
    filter: filterOf(target, metric),
    interval: { startTime: timestampOf(fromMs), endTime: timestampOf(toMs) },
    aggregation: {
      alignmentPeriod: { seconds: dayMs / 1_000 },
      perSeriesAligner: 'ALIGN_DELTA',
      crossSeriesReducer: 'REDUCE_SUM',
    },
    view: 'FULL',
  };
}

function filterOf({ region, run }: Target, metric: string): string {
  return [
    `metric.type = ${JSON.stringify(metric)}`,
    'resource.type = "cloud_run_revision"',
    `resource.labels.location = ${JSON.stringify(region)}`,
    `resource.labels.service_name = ${JSON.stringify(run)}`,
  ].join(' AND ');
}

/** Undefined: there is no point at all. */
function total(all: readonly TimeSeries[]): number | undefined {
  const values = all
    .flatMap((series) => pointsOf(series))
    .map(({ value }) => numberOf(value.doubleValue ?? value.int64Value));
  return values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0);
}

function timestampOf(ms: number) {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.round((ms - seconds * 1000) * 1e6) };
}
