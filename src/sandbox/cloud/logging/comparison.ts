import { SEVERITIES, type LogEntry, type Severity } from './store.ts';

export type Test = (entry: LogEntry) => boolean;

export interface Comparison {
  readonly path: string;
  readonly operator: string;
  readonly value: string;
  readonly quoted: boolean;
}

/** One `field operator value`; a string says what is wrong with it. */
export function comparison(parts: Comparison): Test | string {
  const { path, operator, value } = parts;
  if (path === 'timestamp') return timestampTest(operator, value);
  if (path === 'severity') return severityTest(operator, value);
  const read = reader(path);
  if (read === undefined) return `unknown field '${path}'`;
  if (operator === ':' && value === '*' && !parts.quoted) return (entry) => read(entry) !== undefined;
  return textTest(read, operator, value);
}

type Read = (entry: LogEntry) => string | undefined;

function reader(path: string): Read | undefined {
  const label = /^(resource\.)?labels\.(?:"(.+)"|([\w./-]+))$/.exec(path);
  if (label !== null) {
    const key = label[2] ?? label[3] ?? '';
    return label[1] === undefined ? (entry) => entry.labels[key] : (entry) => entry.resource.labels[key];
  }
  return FIELDS[path];
}

const FIELDS: Readonly<Record<string, Read>> = {
  'resource.type': (entry) => entry.resource.type,
  logName: (entry) => entry.logName,
  log_name: (entry) => entry.logName,
  insertId: (entry) => entry.insertId,
  textPayload: (entry) => entry.textPayload,
  'httpRequest.status': (entry) => entry.httpRequest && String(entry.httpRequest.status),
  'httpRequest.requestUrl': (entry) => entry.httpRequest?.requestUrl,
  'httpRequest.requestMethod': (entry) => entry.httpRequest?.requestMethod,
};

// Text comparisons ignore case: https://cloud.google.com/logging/docs/view/logging-query-language#comparisons
function textTest(read: Read, operator: string, value: string): Test | string {
  const wanted = value.toLowerCase();
  const ordered = order(operator);
  switch (operator) {
    case '=':
      return (entry) => read(entry)?.toLowerCase() === wanted;
    case '!=':
      return (entry) => read(entry)?.toLowerCase() !== wanted;
    case ':':
      return (entry) => read(entry)?.toLowerCase().includes(wanted) ?? false;
    default:
      if (ordered === undefined || !/^\d+$/.test(value)) return `operator '${operator}' needs a number here`;
      return (entry) => {
        const found = read(entry);
        return found !== undefined && ordered(Number(found) - Number(value));
      };
  }
}

function timestampTest(operator: string, value: string): Test | string {
  const ordered = order(operator);
  const wanted = Date.parse(value);
  if (Number.isNaN(wanted)) return `timestamp '${value}' is not in RFC 3339 format`;
  if (ordered === undefined) return `operator '${operator}' does not apply to timestamp`;
  return (entry) => ordered(entry.at - wanted);
}

function severityTest(operator: string, value: string): Test | string {
  const ordered = order(operator);
  const name = value.toUpperCase();
  if (!isSeverity(name)) return `'${value}' is not a severity`;
  if (ordered === undefined) return `operator '${operator}' does not apply to severity`;
  return (entry) => ordered(SEVERITIES[entry.severity] - SEVERITIES[name]);
}

const isSeverity = (name: string): name is Severity => Object.hasOwn(SEVERITIES, name);

const ORDERS: Readonly<Record<string, (difference: number) => boolean>> = {
  '=': (difference) => difference === 0,
  '!=': (difference) => difference !== 0,
  '>=': (difference) => difference >= 0,
  '>': (difference) => difference > 0,
  '<=': (difference) => difference <= 0,
  '<': (difference) => difference < 0,
};

const order = (operator: string): ((difference: number) => boolean) | undefined => ORDERS[operator];
