import type { IncomingMessage } from 'node:http';
import { observed } from '../domain/diagnosis/observed.ts';
import type { Evidence } from '../domain/validation/evidence.ts';
import type { Way } from './context.ts';
import type { SocketClock } from './socket-clock.ts';

const mostHeaders = 40;
const mostText = 500;
/** Headers that may carry a secret, or that say nothing. */
const secret =
  /^(?:set-cookie2?|cookie|authorization|proxy-authorization|x-serverless-authorization)$|token|secret|api-?key|session/i;

export function isSecret(header: string): boolean {
  return secret.test(header);
}

/** The headers of an answer that a report may show. */
export function shownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !secret.test(name))
      .slice(0, mostHeaders)
      .map(([name, value]) => [name, value.slice(0, 200)]),
  );
}

export function plainHeaders(response: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers))
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  return plain;
}

export function cookiesOf(response: IncomingMessage): string[] {
  const lines = response.headers['set-cookie'];
  if (lines === undefined) return [];
  return lines
    .map((line) => line.split(';', 1)[0] ?? '')
    .filter((pair) => pair.includes('='))
    .slice(0, 50);
}

/** At most 500 characters, on one line, without secrets and control characters. */
export function excerpt(text: string, redact: Way['redact']): string {
  return redact(text.slice(0, 4 * mostText))
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, mostText);
}

/** Where it was, without the query, which may hold a token. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** What was seen when a request or a handshake ended in an error. */
export function failure(way: Way, clock: SocketClock | undefined, error: unknown): Evidence {
  const known = describe(error);
  const answered = (clock?.socket.bytesRead ?? 0) > 0 && known.packet?.startsWith('\u0015\u0003') === true;
  return {
    phase: clock?.phase ?? 'prober',
    url: way.shown,
    error: answered ? observed.tlsRecord : known.error,
    message: excerpt(known.message, way.redact),
    ...(clock === undefined ? {} : { phases: { ...clock.phases }, bytes: clock.socket.bytesRead }),
    ...(known.packet === undefined ? {} : { body: excerpt(known.packet, way.redact) }),
  };
}

interface Described {
  readonly error: string;
  readonly message: string;
  /** What came instead of HTTP. */
  readonly packet?: string;
}

function describe(error: unknown): Described {
  if (!(error instanceof Error)) return { error: observed.invalidRequest, message: String(error) };
  // On dual stack Node tries all addresses and gives one error with an empty message.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const cause = inner instanceof Error ? inner : error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  const packet = 'rawPacket' in cause && Buffer.isBuffer(cause.rawPacket) ? cause.rawPacket : undefined;
  return {
    error: code === undefined ? '' : requestCodes.has(code) ? observed.invalidRequest : code,
    message: cause.message,
    ...(packet === undefined ? {} : { packet: packet.subarray(0, 1_000).toString('latin1') }),
  };
}

/** Node refuses to send these: nothing left this machine. */
const requestCodes = new Set([
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
  'ERR_INVALID_ARG_TYPE',
  'ERR_INVALID_ARG_VALUE',
  'ERR_UNESCAPED_CHARACTERS',
  'ERR_HTTP_INVALID_HEADER_VALUE',
]);
