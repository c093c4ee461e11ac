import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { answerApi } from './api/server.ts';
import type { ApiServer } from './api/server.ts';
import { listening, readBody, sendJson } from '../http.ts';
import { answerPage } from './page-server.ts';
import type { PageServer } from './page-server.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Connections } from './socket/connections.ts';
import { answerUpload } from './upload-server.ts';

export interface Served {
  readonly api: ApiServer;
  readonly page: PageServer;
  readonly responseUrls: ResponseUrls;
  readonly connections: Connections;
  /** While true, all but the page answers 503. */
  readonly isDown: () => boolean;
}

async function answerResponse(
  { responseUrls }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = (request.url ?? '').slice('/response/'.length);
  let raw: unknown;
  try {
    raw = JSON.parse(await readBody(request));
  } catch {
    raw = undefined;
  }
  sendJson(response, responseUrls.answer(id, raw));
}

/** A page elsewhere that resolves its name to 127.0.0.1 must not reach the sandbox. */
const isLocal = (request: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost)(:\d+)?$/u.test(request.headers.host ?? '');

function refuse({ api }: Served, path: string, response: ServerResponse): void {
  const [, method] = /^\/api\/([\w.]+)/u.exec(path) ?? [];
  if (method !== undefined) api.journal.push({ method, at: Date.now(), ok: false, error: 'down' });
  sendJson(response, { status: 503, body: { ok: false, error: 'service_unavailable' } });
}

async function route(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  const begins = (start: string): boolean => path.startsWith(start);
  if (!isLocal(request)) sendJson(response, { status: 403, body: { error: 'only for this machine' } });
  else if (!['/api/', '/response/', '/upload/'].some(begins))
    await answerPage(served.page, request, response);
  else if (served.isDown()) refuse(served, path, response);
  else if (begins('/api/')) await answerApi(served.api, request, response);
  else if (begins('/upload/')) await answerUpload(served.api, request, response);
  else await answerResponse(served, request, response);
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function listen(served: Served, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    route(served, request, response).catch(() => {
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (served.isDown() || !isLocal(request)) socket.destroy();
    else served.connections.upgrade(request, socket, head);
  });
  await listening(server, port);
  return server;
}
