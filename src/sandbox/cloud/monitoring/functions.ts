import { Histogram } from './distribution.ts';
import type { Kind, Value, ValueType } from './series.ts';

export interface Aligner {
  readonly applies: (kind: Kind, type: ValueType) => boolean;
  /** Kind and type of what comes out. */
  readonly gives: (type: ValueType) => { readonly kind: Kind; readonly valueType: ValueType };
  /** `seconds`: the length of the alignment period. */
  readonly apply: (values: readonly Value[], seconds: number) => Value;
}

const numbers = (values: readonly Value[]): number[] => values.filter((value) => typeof value === 'number');

function sum(values: readonly Value[]): Value {
  const histograms = values.filter((value) => value instanceof Histogram);
  if (histograms.length > 0) return Histogram.merged(histograms);
  return numbers(values).reduce((total, value) => total + value, 0);
}

const total = (values: readonly Value[]): number => numbers(values).reduce((all, value) => all + value, 0);
const mean = (values: readonly Value[]): number => total(values) / values.length;
const least = (values: readonly Value[]): number => Math.min(...numbers(values));
const most = (values: readonly Value[]): number => Math.max(...numbers(values));

const scalar = (type: ValueType): boolean => type !== 'DISTRIBUTION';
const gauge = (valueType: ValueType) => ({ kind: 'GAUGE', valueType }) as const;

const ofNumbers = (apply: (values: readonly Value[]) => number, type?: ValueType): Aligner => ({
  applies: (_kind, from) => scalar(from),
  gives: (from) => gauge(type ?? from),
  apply,
});

const percentile = (share: number): Aligner => ({
  applies: (kind, type) => kind === 'DELTA' && type === 'DISTRIBUTION',
  gives: () => gauge('DOUBLE'),
  apply: (values) => {
    const all = sum(values);
    return all instanceof Histogram ? all.percentile(share) : 0;
  },
});

/** What each applies to, and what it makes: google/monitoring/v3/common.proto, Aggregation.Aligner. */
export const ALIGNERS: Readonly<Record<string, Aligner>> = {
  ALIGN_DELTA: {
    applies: (kind) => kind === 'DELTA',
    gives: (valueType) => ({ kind: 'DELTA', valueType }),
    apply: sum,
  },
  ALIGN_RATE: {
    applies: (kind, type) => kind === 'DELTA' && scalar(type),
    gives: () => gauge('DOUBLE'),
    apply: (values, seconds) => total(values) / seconds,
  },
  ALIGN_SUM: { applies: () => true, gives: gauge, apply: sum },
  ALIGN_MEAN: ofNumbers(mean, 'DOUBLE'),
  ALIGN_MIN: ofNumbers(least),
  ALIGN_MAX: ofNumbers(most),
  ALIGN_PERCENTILE_50: percentile(0.5),
  ALIGN_PERCENTILE_95: percentile(0.95),
  ALIGN_PERCENTILE_99: percentile(0.99),
};

/** For distributions only REDUCE_SUM. */
export const REDUCERS: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  REDUCE_SUM: sum,
  REDUCE_MEAN: mean,
  REDUCE_MIN: least,
  REDUCE_MAX: most,
};
