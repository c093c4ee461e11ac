import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { HttpRequestLog } from './logging/store.ts';

// The cookie of Cloud Run's session affinity; 30 days: https://cloud.google.com/run/docs/configuring/session-affinity
const COOKIE = 'GAESA';
const THIRTY_DAYS = 30 * 24 * 60 * 60;

export const affinityCookie = (revision: string): string =>
  `${COOKIE}=${Buffer.from(revision).toString('base64url')}; Max-Age=${THIRTY_DAYS}; Path=/; HttpOnly`;

/** The revision that the caller's cookie asks for. */
export function affinityOf(request: IncomingMessage): string | undefined {
  const value = new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
  return value === undefined ? undefined : Buffer.from(value, 'base64url').toString();
}

/**
 * Stands in for the host name of a tag's URL, `TAG---SERVICE-HASH.run.app` on Cloud Run, by which an app can tell where
 * it was asked: https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags
 */
const TAG_HEADER = 'x-sandbox-tag';

/** Whether a request that reached a container came through the URL of a tag. */
export const throughTag = (headers: IncomingHttpHeaders): boolean => headers[TAG_HEADER] !== undefined;

/** The request's headers as they reach the container: the front end adds who asked, and how. */
export function forwarded(request: IncomingMessage, tag: string | undefined): OutgoingHttpHeaders {
  const address = request.socket.remoteAddress ?? '127.0.0.1';
  const before = request.headers['x-forwarded-for'];
  const { [TAG_HEADER]: _forged, ...headers } = request.headers;
  return {
    ...headers,
    ...(tag === undefined ? {} : { [TAG_HEADER]: tag }),
    'x-forwarded-for': before === undefined ? address : `${String(before)},${address}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': request.headers.host,
    forwarded: `for="${address}";proto=http`,
  };
}

/** Status line and headers for a socket that was taken over from the HTTP server. */
export function rawResponse(answer: IncomingMessage, cookie?: string): string {
  const lines = [`HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ''}`];
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    lines.push(`${answer.rawHeaders[index] ?? ''}: ${answer.rawHeaders[index + 1] ?? ''}`);
  }
  if (cookie !== undefined) lines.push(`Set-Cookie: ${cookie}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export function requestLog(request: IncomingMessage, status: number, started: number): HttpRequestLog {
  const elapsed = Date.now() - started;
  return {
    requestMethod: request.method ?? 'GET',
    requestUrl: `http://${request.headers.host ?? ''}${request.url ?? '/'}`,
    status,
    latency: { seconds: String(Math.floor(elapsed / 1000)), nanos: (elapsed % 1000) * 1e6 },
    userAgent: request.headers['user-agent'] ?? '',
    protocol: 'HTTP/1.1',
  };
}
