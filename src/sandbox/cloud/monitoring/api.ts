import { invalidArgument, RpcError } from '../errors.ts';
import { permissionDenied } from '../faults.ts';
import type { ServiceRecord } from '../run/resources.ts';
import { instant, timestamp, type Timestamp } from '../wire.ts';
import { aggregate, type Aggregation } from './aggregate.ts';
import { Histogram } from './distribution.ts';
import { parseFilter } from './filter.ts';
import type { Sampling } from './meter.ts';
import { isMetric, type Point, type Series, seriesOf } from './series.ts';

export interface ListTimeSeriesRequest {
  /** projects/P */
  readonly name: string;
  readonly filter: string;
  readonly interval: { readonly startTime: Timestamp | null; readonly endTime: Timestamp | null } | null;
  readonly aggregation: Aggregation | null;
  readonly secondaryAggregation: Aggregation | null;
  readonly orderBy: string;
  readonly view: 'FULL' | 'HEADERS';
  readonly pageSize: number;
  readonly pageToken: string;
}

export interface Monitored {
  readonly services: readonly ServiceRecord[];
  readonly projects: ReadonlySet<string>;
  readonly sampling: Sampling;
}

/** Google's own least alignment period: common.proto, Aggregation.alignment_period. */
const MINUTE = 60_000;
/** Points on one page, metric_service.proto: the default and the most. */
const MOST = 100_000;

/** google.monitoring.v3.MetricService.ListTimeSeries over what the front end really served. */
export function listTimeSeries(monitored: Monitored, request: ListTimeSeriesRequest): object {
  const project = /^projects\/([^/]+)$/.exec(request.name)?.[1];
  if (project === undefined) throw invalid('name', request.name, 'must be "projects/[PROJECT_ID]".');
  if (!monitored.projects.has(project)) throw permissionDenied('ListTimeSeries', request.name);
  if (request.orderBy !== '') throw invalid('orderBy', request.orderBy, 'must be empty.');
  if (request.secondaryAggregation !== null)
    throw invalid('secondaryAggregation', '…', 'must be left out here.');
  const { metric, matches } = parseFilter(request.filter);
  if (!isMetric(metric)) throw unknownMetric(metric);
  const { period, lag } = monitored.sampling;
  const { from, to } = intervalOf(request);
  const own = monitored.services.filter((service) => service.project === project);
  const raw = seriesOf(metric, own, Date.now() - lag)
    .filter(matches)
    .map((series) => within(series, from, to));
  const how = request.aggregation;
  const least = Math.min(MINUTE, period);
  const all = how === null ? raw : aggregate(raw, how, { from, to, least });
  return paged(
    all.filter(({ points }) => points.length > 0),
    request,
  );
}

/** Points that end after `from`, and not after `to`: metric_service.proto, ListTimeSeriesRequest.interval. */
const within = (series: Series, from: number, to: number): Series => ({
  ...series,
  points: series.points.filter(({ end }) => end > from && end <= to),
});

function intervalOf({ interval }: ListTimeSeriesRequest): { from: number; to: number } {
  const end = interval?.endTime;
  if (!end) throw invalid('interval.endTime', '', 'must be specified.');
  const to = instant(end);
  const from = interval.startTime ? instant(interval.startTime) : to;
  if (from > to) {
    throw invalid('interval.startTime', new Date(from).toISOString(), 'must not be after the end time.');
  }
  // Without a start the interval is the one moment of its end.
  return { from: from === to ? from - 1 : from, to };
}

/** A page holds a number of points; a series may go on upon the next. */
function paged(all: readonly Series[], { pageSize, pageToken, view }: ListTimeSeriesRequest): object {
  if (view === 'HEADERS') return { timeSeries: all.map((series) => toWire({ ...series, points: [] })) };
  if (pageSize < 0) throw invalid('pageSize', String(pageSize), 'must not be negative.');
  const start = pageToken === '' ? 0 : Number(Buffer.from(pageToken, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0) throw invalid('pageToken', pageToken, 'is not valid.');
  const end = start + Math.min(pageSize || MOST, MOST);
  let before = 0;
  const timeSeries = all.flatMap((series) => {
    const points = series.points.slice(Math.max(0, start - before), Math.max(0, end - before));
    before += series.points.length;
    return points.length === 0 ? [] : [toWire({ ...series, points })];
  });
  const nextPageToken = before > end ? Buffer.from(String(end)).toString('base64url') : '';
  return { timeSeries, nextPageToken, unit: all[0]?.unit ?? '' };
}

const toWire = ({ kind, points, ...series }: Series): object => ({
  ...series,
  metricKind: kind,
  points: points.map((point) => pointToWire(point, series.valueType)),
});

function pointToWire({ start, end, value }: Point, type: Series['valueType']): object {
  const typed =
    value instanceof Histogram
      ? { distributionValue: value.toWire() }
      : type === 'INT64'
        ? { int64Value: String(Math.round(value)) }
        : { doubleValue: value };
  return { interval: { startTime: timestamp(start), endTime: timestamp(end) }, value: typed };
}

const invalid = (field: string, value: string, problem: string): Error =>
  invalidArgument(`Field ${field} had an invalid value of "${value}": ${problem}`);

const unknownMetric = (type: string): Error =>
  new RpcError(
    'NOT_FOUND',
    `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
  );
