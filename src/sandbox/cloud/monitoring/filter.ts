import { invalidArgument } from '../errors.ts';
import type { Series } from './series.ts';

export interface Filter {
  readonly metric: string;
  readonly matches: (series: Series) => boolean;
}

interface Selector {
  readonly path: string;
  readonly matches: (value: string | undefined) => boolean;
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const PATH = String.raw`(?:metric|resource)\.(?:type|labels?\.(?:"\w+"|\w+))`;
const SELECTOR = new RegExp(
  String.raw`\s*(${PATH})\s*(!?=)\s*(?:(${TEXT})|(one_of|starts_with)\s*\(\s*(${TEXT}(?:\s*,\s*${TEXT})*)\s*\))\s*`,
  'y',
);

/**
 * Comparisons with `=` and `!=`, `one_of` and `starts_with`, joined by AND or by nothing but a space:
 * https://cloud.google.com/monitoring/api/v3/filters
 * @throws RpcError INVALID_ARGUMENT for anything else, OR, NOT and parentheses included, and without one metric.type.
 */
export function parseFilter(filter: string): Filter {
  const selectors: Selector[] = [];
  SELECTOR.lastIndex = 0;
  for (let at = 0; at < filter.length; at = SELECTOR.lastIndex) {
    SELECTOR.lastIndex = at;
    const match = SELECTOR.exec(filter);
    if (match === null) throw invalid(filter, `Could not parse the filter at position ${at}.`);
    selectors.push(selectorOf(match));
    const and = /AND\b/y;
    and.lastIndex = SELECTOR.lastIndex;
    if (and.test(filter)) SELECTOR.lastIndex = and.lastIndex;
  }
  return {
    metric: metricOf(filter),
    matches: (series) => selectors.every(({ path, matches }) => matches(labelOf(series, path))),
  };
}

function selectorOf([, path = '', operator, text, call, list = '']: RegExpExecArray): Selector {
  const wanted = [...(text ?? list).matchAll(new RegExp(TEXT, 'g'))].map(([quoted]) => unquoted(quoted));
  const found = (value = ''): boolean =>
    call === 'starts_with' ? value.startsWith(wanted[0] ?? '') : wanted.includes(value);
  return { path, matches: operator === '=' ? found : (value) => !found(value) };
}

/** A list of time series is always one of one metric. */
function metricOf(filter: string): string {
  const types = [...filter.matchAll(new RegExp(String.raw`metric\.type\s*=\s*(${TEXT})`, 'g'))];
  const [only] = types;
  if (types.length === 1 && only !== undefined) return unquoted(only[1] ?? '""');
  throw invalid(filter, 'must specify a restriction on "metric.type" in the filter, and only one.');
}

/** The value at `resource.label.x`, `resource.labels.x`, `resource.type` and so on; undefined for another path. */
export function labelOf(series: Pick<Series, 'metric' | 'resource'>, path: string): string | undefined {
  const [side = '', field = '', key] = path.split('.');
  const from = side === 'metric' ? series.metric : side === 'resource' ? series.resource : undefined;
  if (key === undefined) return field === 'type' ? from?.type : undefined;
  return field === 'label' || field === 'labels' ? from?.labels[key.replaceAll('"', '')] : undefined;
}

const unquoted = (text: string): string => text.slice(1, -1).replace(/\\(.)/g, '$1');

// The form of such a refusal: https://github.com/googleapis/google-cloud-python/issues/9903
const invalid = (filter: string, problem: string): Error =>
  invalidArgument(`Field filter had an invalid value of "${filter}": ${problem}`);
