import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { status } from '@grpc/grpc-js';
import { closed, listening, urlOf } from '../http.ts';
import { asRpcError, invalidArgument, RpcError } from './errors.ts';

export interface WebRequest {
  /** Host and port that were asked for; a proxied request names them in its target. */
  readonly host: string;
  /** The named groups of the path. */
  readonly groups: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON or form; undefined when there is none. */
  readonly body: unknown;
}

/** An answer that is sent as it is. */
export class Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;

  constructor(status: number, headers: Readonly<Record<string, string>>, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }
}

/** One method and path. A text is an answer in HTML, bytes and `Raw` are given as they are, anything else is one in JSON. */
export interface Handled {
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (request: WebRequest) => object | string | Uint8Array;
}

export interface Web {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves HTTP on 127.0.0.1. @throws Error when the port is taken. */
export async function serveWeb(handlers: readonly Handled[], port: number): Promise<Web> {
  const server = createServer((request, response) => {
    answer(handlers, request)
      .then((found) => {
        send(response, 200, found);
      })
      .catch((cause: unknown) => {
        const { code, message } = asRpcError(cause);
        const number = HTTP[code] ?? 500;
        send(response, number, { error: { code: number, message, status: status[code] } });
      });
  });
  await listening(server, port);
  return { url: urlOf(server), stop: () => closed(server) };
}

// https://cloud.google.com/apis/design/errors#handling_errors
const HTTP: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.FAILED_PRECONDITION]: 400,
  [status.PERMISSION_DENIED]: 403,
  [status.NOT_FOUND]: 404,
  [status.ABORTED]: 409,
  [status.ALREADY_EXISTS]: 409,
};

async function answer(
  handlers: readonly Handled[],
  request: IncomingMessage,
): Promise<object | string | Uint8Array> {
  const { method = 'GET', headers } = request;
  // Not by URL: `us-central1-127.0.0.1`, as gcloud makes of an address and a region, is no host name to it.
  const [, proxied, rest = '/'] = /^(?:https?:\/\/([^/?]+))?(.*)$/.exec(request.url ?? '/') ?? [];
  const [path = '/', search = ''] = rest.split('?');
  const host = proxied ?? headers.host ?? '';
  refuseForeign(method, headers.origin, host);
  for (const { path: pattern, method: wanted, answer: give } of handlers) {
    const match = wanted === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const groups = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([key, text]) => [key, decoded(text)]),
    );
    return give({ host, groups, query: new URLSearchParams(search), body: await bodyOf(request) });
  }
  throw new RpcError('NOT_FOUND', `There is no ${method} ${path} here.`);
}

/** A page of some other site, open in the same browser, must not change anything. */
function refuseForeign(method: string, origin: string | undefined, host: string): void {
  if (method === 'GET' || origin === undefined || origin === `http://${host}`) return;
  throw new RpcError('PERMISSION_DENIED', `Not from ${origin}.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument(`Invalid path: '${text}'.`);
  }
}

const MOST = 1_000_000;

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MOST) throw invalidArgument('The request is too large.');
  }
  if (text === '') return undefined;
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidArgument('The request is no JSON.');
  }
}

function send(response: ServerResponse, code: number, found: object | string | Uint8Array): void {
  if (found instanceof Uint8Array) {
    response.writeHead(code, { 'content-type': 'application/octet-stream' }).end(found);
    return;
  }
  if (found instanceof Raw) {
    response.writeHead(found.status, found.headers).end(found.text);
    return;
  }
  const [type, text] =
    typeof found === 'string'
      ? ['text/html; charset=utf-8', found]
      : ['application/json; charset=utf-8', `${JSON.stringify(found, undefined, 2)}\n`];
  response.writeHead(code, { 'content-type': type }).end(text);
}
