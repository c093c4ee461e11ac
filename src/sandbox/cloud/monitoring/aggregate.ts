import { invalidArgument } from '../errors.ts';
import { milliseconds, type Duration } from '../wire.ts';
import { type Aligner, ALIGNERS, REDUCERS } from './functions.ts';
import { labelOf } from './filter.ts';
import type { Point, Series, Value } from './series.ts';

export interface Aggregation {
  readonly alignmentPeriod: Duration | null;
  readonly perSeriesAligner: string;
  readonly crossSeriesReducer: string;
  readonly groupByFields: readonly string[];
}

export interface Window {
  /** Milliseconds since 1970: `from` itself is left out. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of the shortest period that may be asked for. */
  readonly least: number;
}

/**
 * Aligns, then reduces: google/monitoring/v3/common.proto, Aggregation.
 * @throws RpcError INVALID_ARGUMENT for a function that does not apply to the metric.
 */
export function aggregate(all: readonly Series[], how: Aggregation, window: Window): Series[] {
  const { perSeriesAligner: align, crossSeriesReducer: reduce } = how;
  if (align === 'ALIGN_NONE') {
    if (reduce !== 'REDUCE_NONE') throw refused('perSeriesAligner', align, 'A reducer needs an aligner.');
    return [...all];
  }
  const period = how.alignmentPeriod === null ? 0 : milliseconds(how.alignmentPeriod);
  if (period < window.least) {
    throw refused('alignmentPeriod', `${period / 1000}s`, `must be at least ${window.least / 1000}s.`);
  }
  const aligned = all.map((series) => alignedSeries(series, align, { ...window, period }));
  return reduce === 'REDUCE_NONE' ? aligned : reduced(aligned, how);
}

function alignedSeries(series: Series, name: string, window: Window & { readonly period: number }): Series {
  const { kind, valueType } = series;
  const aligner = ALIGNERS[name];
  if (aligner?.applies(kind, valueType) !== true) {
    // Wording: https://github.com/google/exposure-notifications-verification-server/issues/659
    const why = `The aligner cannot be applied to metrics with kind ${kind} and value type ${valueType}.`;
    throw refused('perSeriesAligner', name, why);
  }
  const points = windows(series.points, window).map((inside) => alignedPoint(inside, aligner));
  return { ...series, ...aligner.gives(valueType), points };
}

interface Inside {
  readonly start: number;
  readonly end: number;
  readonly values: readonly Value[];
}

/** The alignment periods are counted back from the end of the interval; those without a point are left out. */
function windows(points: readonly Point[], { from, to, period }: Window & { readonly period: number }) {
  const found: Inside[] = [];
  for (let end = to; end > from; end -= period) {
    const start = end - period;
    const values = points.filter((point) => point.end > start && point.end <= end).map(({ value }) => value);
    if (values.length > 0) found.push({ start, end, values });
  }
  return found;
}

function alignedPoint({ start, end, values }: Inside, aligner: Aligner): Point {
  const value = aligner.apply(values, (end - start) / 1000);
  return { start: aligner.gives('INT64').kind === 'GAUGE' ? end : start, end, value };
}

function reduced(all: readonly Series[], how: Aggregation): Series[] {
  const groups = new Map<string, Series[]>();
  for (const series of all) {
    const key = JSON.stringify(how.groupByFields.map((path) => fieldOf(series, path)));
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  return [...groups.values()].map((group) => reducedGroup(group, how));
}

function reducedGroup(group: readonly Series[], how: Aggregation): Series {
  const [first] = group;
  if (first === undefined) throw new Error('An empty group');
  const { crossSeriesReducer: name, groupByFields } = how;
  const reducer = REDUCERS[name];
  if (reducer === undefined || (first.valueType === 'DISTRIBUTION' && name !== 'REDUCE_SUM')) {
    const why = `The reducer cannot be applied to metrics with kind ${first.kind} and value type ${first.valueType}.`;
    throw refused('crossSeriesReducer', name, why);
  }
  const ends = [...new Set(group.flatMap(({ points }) => points.map(({ end }) => end)))];
  const points = ends
    .toSorted((one, other) => other - one)
    .map((end) => {
      const same = group.flatMap(({ points: each }) => each.filter((point) => point.end === end));
      return { start: same[0]?.start ?? end, end, value: reducer(same.map(({ value }) => value)) };
    });
  return { ...first, ...keptLabels(first, groupByFields), points };
}

/** Only the labels that the series were grouped by can still be told. */
function keptLabels(
  { metric, resource }: Series,
  fields: readonly string[],
): Pick<Series, 'metric' | 'resource'> {
  const kept = (side: string, labels: Series['metric']['labels']) =>
    Object.fromEntries(
      Object.entries(labels).filter(([key]) =>
        fields.some((path) => path === `${side}.label.${key}` || path === `${side}.labels.${key}`),
      ),
    );
  return {
    metric: { ...metric, labels: kept('metric', metric.labels) },
    resource: { ...resource, labels: kept('resource', resource.labels) },
  };
}

function fieldOf(series: Series, path: string): string {
  const value = labelOf(series, path);
  if (value === undefined) throw refused('groupByFields', path, 'No such field in these time series.');
  return value;
}

const refused = (field: string, value: string, problem: string): Error =>
  invalidArgument(`Field aggregation.${field} had an invalid value of "${value}": ${problem}`);
