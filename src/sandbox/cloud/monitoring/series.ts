import type { RevisionRecord, ServiceRecord } from '../run/resources.ts';
import { Histogram } from './distribution.ts';
import { instant } from '../wire.ts';
import type { Sample } from './meter.ts';

export type Labels = Readonly<Record<string, string>>;
export type Value = number | Histogram;
export type Kind = 'DELTA' | 'GAUGE';
export type ValueType = 'INT64' | 'DOUBLE' | 'DISTRIBUTION';

export interface Point {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly value: Value;
}

export interface Series {
  readonly metric: { readonly type: string; readonly labels: Labels };
  readonly resource: { readonly type: string; readonly labels: Labels };
  readonly kind: Kind;
  readonly valueType: ValueType;
  readonly unit: string;
  /** Newest first, as the API gives them. */
  readonly points: readonly Point[];
}

interface Metric {
  readonly kind: Kind;
  readonly valueType: ValueType;
  readonly unit: string;
  /** One period's value of each of the metric's series. A series without one has no point there: that is not zero. */
  readonly read: (sample: Sample) => { readonly labels: Labels; readonly value: Value }[];
}

const BILLABLE = 'run.googleapis.com/container/billable_instance_time';

/** Kinds, units and labels as in the table of Cloud Run: https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run */
const METRICS: Readonly<Record<string, Metric>> = {
  'run.googleapis.com/request_count': {
    kind: 'DELTA',
    valueType: 'INT64',
    unit: '1',
    read: ({ latencies }) =>
      [...latencies].map(([status, { count }]) => ({ labels: codeLabels(status), value: count })),
  },
  // As for request-based billing: only what serves is paid for.
  [BILLABLE]: {
    kind: 'DELTA',
    valueType: 'DOUBLE',
    unit: 's',
    read: ({ start, end, peaks }) => [
      { labels: {}, value: (peaks.filter((peak) => peak > 0).length * (end - start)) / 1000 },
    ],
  },
  'run.googleapis.com/request_latencies': {
    kind: 'DELTA',
    valueType: 'DISTRIBUTION',
    unit: 'ms',
    read: ({ latencies }) => [...latencies].map(([status, value]) => ({ labels: codeLabels(status), value })),
  },
  // "Maximum number of concurrent requests being served by each container instance": an open WebSocket is one of them,
  // and Cloud Run has no other metric that shows it while it is open.
  'run.googleapis.com/container/max_request_concurrencies': {
    kind: 'DELTA',
    valueType: 'DISTRIBUTION',
    unit: '1',
    read: (sample) =>
      STATES.map((state) => ({ labels: { state }, value: Histogram.of(inState(sample, state)) })).filter(
        ({ value }) => value.count > 0,
      ),
  },
  'run.googleapis.com/container/instance_count': {
    kind: 'GAUGE',
    valueType: 'INT64',
    unit: '1',
    read: (sample) => STATES.map((state) => ({ labels: { state }, value: inState(sample, state).length })),
  },
};

const STATES = ['active', 'idle'] as const;

const inState = ({ peaks }: Sample, state: (typeof STATES)[number]): number[] =>
  peaks.filter((peak) => peak > 0 === (state === 'active'));

const codeLabels = (status: number): Labels => ({
  response_code: String(status),
  response_code_class: `${Math.floor(status / 100)}xx`,
});

export const isMetric = (type: string): boolean => Object.hasOwn(METRICS, type);

const DAY = 86_400_000;

/** Every series of one metric; only what was sampled up to `until` (milliseconds since 1970). */
export function seriesOf(type: string, services: readonly ServiceRecord[], until: number): Series[] {
  const metric = METRICS[type];
  if (metric === undefined) return [];
  const { kind, valueType, unit } = metric;
  return services.flatMap((service) =>
    [...service.revisions.values()].flatMap((revision, index) => {
      const samples = (revision.meter?.samples() ?? []).filter(({ end }) => end <= until);
      const series = grouped(samples, metric);
      if (type === BILLABLE && index === 0) series.push({ labels: {}, points: pastOf(service, revision) });
      return series.map(({ labels, points }) => ({
        metric: { type, labels },
        resource: { type: 'cloud_run_revision', labels: resourceLabels(service, revision) },
        ...{ kind, valueType, unit, points },
      }));
    }),
  );
}

/** What was paid for before the sandbox started, a point for each day. */
function pastOf({ createTime, usedBefore }: ServiceRecord, first: RevisionRecord): Point[] {
  const points: Point[] = [];
  if (usedBefore === undefined) return points;
  for (let end = instant(first.createTime) + DAY; end - DAY >= instant(createTime); end -= DAY)
    points.push({ start: end - DAY, end, value: usedBefore });
  return points;
}

function grouped(samples: readonly Sample[], { kind, read }: Metric): { labels: Labels; points: Point[] }[] {
  const series = new Map<string, { labels: Labels; points: Point[] }>();
  for (const sample of samples.toReversed()) {
    for (const { labels, value } of read(sample)) {
      const key = JSON.stringify(labels);
      const one = series.get(key) ?? { labels, points: [] };
      one.points.push({ start: kind === 'GAUGE' ? sample.end : sample.start, end: sample.end, value });
      series.set(key, one);
    }
  }
  return [...series.values()];
}

const resourceLabels = (service: ServiceRecord, revision: RevisionRecord): Labels => ({
  project_id: service.project,
  location: service.location,
  service_name: service.id,
  revision_name: revision.name,
  configuration_name: service.id,
});
