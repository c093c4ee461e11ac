import { formatDuration, parseDuration } from '../duration.ts';
import { defaultLockMs, longestLockMs, shortestLockMs } from '../lock.ts';
import { type Catalog, unknownEnvironment } from './catalog.ts';
import {
  apart,
  quote,
  type Read,
  readReason,
  refuse,
  tooMuch,
  unknownOption,
  usage,
  type Words,
} from './words.ts';

export interface LockRequest {
  readonly environment: string;
  readonly reason: string;
  readonly lastsMs: number;
}

/** `<environment> "<reason>" [2h]` */
export function readLock({ names, options }: Words, catalog: Catalog): Read<LockRequest> {
  const [option] = options;
  if (option !== undefined) return refuse(unknownOption(option));
  const { plain, quoted } = apart(names);
  const [environment, lasts, extra] = plain;
  const place = readEnvironment(environment, 'A lock', catalog);
  if (place.kind === 'refused') return place;
  const [word, another] = quoted;
  const reason = readReason(word, 'A lock');
  if (reason.kind === 'refused') return reason;
  const unread = extra ?? another;
  if (unread !== undefined) return refuse(tooMuch(unread));
  const length = readLength(lasts);
  if (length.kind === 'refused') return length;
  return {
    kind: 'read',
    value: { environment: place.value, reason: reason.value, lastsMs: length.value },
  };
}

/** `<environment>` */
export function readUnlock(words: Words, catalog: Catalog): Read<{ readonly environment: string }> {
  const [environment, extra] = [...words.names, ...words.options];
  const place = readEnvironment(environment, 'An unlock', catalog);
  if (place.kind === 'refused') return place;
  return extra === undefined ? { kind: 'read', value: { environment: place.value } } : refuse(tooMuch(extra));
}

function readEnvironment(environment: string | undefined, needs: string, catalog: Catalog): Read<string> {
  if (environment === undefined) return refuse(usage(`${needs} needs an environment.`));
  const unknown = unknownEnvironment(environment, catalog);
  return unknown === undefined ? { kind: 'read', value: environment } : refuse(unknown);
}

function readLength(text: string | undefined): Read<number> {
  if (text === undefined) return { kind: 'read', value: defaultLockMs };
  const ms = parseDuration(text);
  const range = `from ${formatDuration(shortestLockMs)} to ${formatDuration(longestLockMs)}`;
  if (ms === undefined) return refuse(usage(`${quote(text)} is no time such as 30m or 2h.`));
  return ms < shortestLockMs || ms > longestLockMs
    ? refuse(usage(`A lock lasts ${range}; I read ${quote(text)}.`))
    : { kind: 'read', value: ms };
}
