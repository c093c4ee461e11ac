import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { Evidence } from '../domain/validation/evidence.ts';

/** More of an answer than this is not read, and its reading is a fault: tokens and logins are a few kilobytes. */
const mostBytes = 1024 * 1024;

export interface Question {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** PEM of an authority to trust beside the usual ones. */
  readonly ca?: string | undefined;
  /** Milliseconds until the whole answer must be there. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case; several values are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** One for each `Set-Cookie`. */
  readonly cookies: readonly string[];
  readonly body: string;
}

/** No whole answer. `code`: the socket's own, or `TIMEOUT`, `TOO_LARGE`, `BAD_REQUEST`. Holds nothing that was sent. */
export class AskError extends Error {
  override readonly name = 'AskError';
  readonly code: string;
  readonly phase: Evidence['phase'];

  constructor(code: string, phase: Evidence['phase'], message: string) {
    super(message);
    this.code = code;
    this.phase = phase;
  }
}

/**
 * One request on a connection of its own. Redirects are answers: following one would hand what was sent to another place.
 * @throws AskError when there is no whole answer, the signal's reason when that aborts.
 */
export async function ask(question: Question): Promise<Answer> {
  const late = AbortSignal.timeout(question.withinMs);
  const progress: { phase: Evidence['phase'] } = { phase: 'lookup' };
  try {
    const response = await send(question, AbortSignal.any([question.signal, late]), progress);
    progress.phase = 'body';
    const body = await read(response);
    return { status: response.statusCode ?? 0, ...headersOf(response), body };
  } catch (error) {
    question.signal.throwIfAborted();
    if (error instanceof AskError) throw error;
    if (late.aborted) {
      throw new AskError('TIMEOUT', progress.phase, `no whole answer within ${question.withinMs} ms`);
    }
    throw failed(error, progress.phase);
  }
}

async function send(
  question: Question,
  signal: AbortSignal,
  progress: { phase: Evidence['phase'] },
): Promise<IncomingMessage> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = deferred<IncomingMessage>();
  const request = open(question, signal);
  request.on('socket', (socket) => {
    const reached = (phase: Evidence['phase']) => () => {
      progress.phase = phase;
    };
    // An address instead of a name is not looked up.
    if (/^[\d.]+$|^\[/.test(question.url.hostname)) progress.phase = 'connect';
    socket.once('lookup', reached('connect'));
    socket.once('connect', reached(question.url.protocol === 'https:' ? 'tls' : 'answer'));
    socket.once('secureConnect', reached('answer'));
  });
  request.on('response', resolve);
  request.on('error', reject);
  request.end(question.body);
  return promise;
}

function open({ url, method, headers, body, ca }: Question, signal: AbortSignal): ClientRequest {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = { method, headers: { ...headers, ...length }, agent: false, signal } as const;
  try {
    if (url.protocol === 'http:') return httpRequest(url, options);
    if (url.protocol !== 'https:')
      throw new AskError('BAD_REQUEST', 'prober', 'not an http or https address');
    return httpsRequest(url, { ...options, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) });
  } catch (error) {
    // Node names the header that it refuses, not its value.
    throw error instanceof AskError ? error : failed(error, 'prober', 'BAD_REQUEST');
  }
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) {
      response.destroy();
      throw new AskError('TOO_LARGE', 'body', `the answer is larger than ${mostBytes / 1024} KiB`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(response: IncomingMessage): Pick<Answer, 'headers' | 'cookies'> {
  const { 'set-cookie': cookies = [], ...rest } = response.headers;
  const headers = Object.entries(rest).map(([name, value]) => [name, String(value)] as const);
  return { headers: Object.fromEntries(headers), cookies };
}

/** On a dual stack the outer error has an empty message: the addresses' own errors are inside. */
function failed(error: unknown, phase: Evidence['phase'], fallback = 'UNKNOWN'): AskError {
  const inner: unknown = error instanceof AggregateError ? error.errors.at(0) : error;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : fallback;
  return new AskError(code, phase, inner instanceof Error ? inner.message : code);
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
