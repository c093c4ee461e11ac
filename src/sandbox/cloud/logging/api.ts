import { invalidArgument } from '../errors.ts';
import { parseFilter } from './filter.ts';
import { toWire, type LogEntry, type LogStore } from './store.ts';

export interface ListLogEntriesRequest {
  readonly resourceNames: readonly string[];
  readonly filter: string;
  readonly orderBy: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** Default and bounds of pageSize, the orders and the tie-break: google/logging/v2/logging.proto, ListLogEntriesRequest. */
export function listLogEntries(
  store: LogStore,
  request: ListLogEntriesRequest,
): { entries: object[]; nextPageToken: string } {
  const descending = parseOrder(request.orderBy);
  if (request.pageSize < 0 || request.pageSize > 1000) {
    throw invalidArgument('page_size must be between 0 and 1000.');
  }
  const matches = parseFilter(request.filter);
  const projects = request.resourceNames.map(projectOf);
  if (projects.length === 0) throw invalidArgument('At least one resource name must be specified.');
  const found = store.visible().filter((entry) => inOne(projects, entry) && matches(entry));
  const ordered = descending ? found.toReversed() : found;
  const start = after(ordered, request.pageToken);
  const entries = ordered.slice(start, start + (request.pageSize || 50));
  const more = start + entries.length < ordered.length;
  return { entries: entries.map(toWire), nextPageToken: more ? token(entries.at(-1)) : '' };
}

function parseOrder(orderBy: string): boolean {
  const order = orderBy.trim().replace(/\s+/g, ' ');
  if (order === '' || order === 'timestamp' || order === 'timestamp asc') return false;
  if (order === 'timestamp desc') return true;
  throw invalidArgument(`Invalid order_by: '${orderBy}'. Use "timestamp asc" or "timestamp desc".`);
}

function projectOf(resourceName: string): string {
  const project = /^projects\/([^/]+)/.exec(resourceName)?.[1];
  if (project === undefined) throw invalidArgument(`Invalid resource name: '${resourceName}'.`);
  return project;
}

const inOne = (projects: readonly string[], entry: LogEntry): boolean =>
  projects.includes(entry.logName.split('/')[1] ?? '');

// The token names the last entry given, so entries that arrive between two pages shift nothing.
const token = (entry: LogEntry | undefined): string =>
  Buffer.from(entry?.insertId ?? '').toString('base64url');

function after(entries: readonly LogEntry[], pageToken: string): number {
  if (pageToken === '') return 0;
  const insertId = Buffer.from(pageToken, 'base64url').toString();
  const index = entries.findIndex((entry) => entry.insertId === insertId);
  if (index < 0) throw invalidArgument('page_token is not valid for this request.');
  return index + 1;
}
