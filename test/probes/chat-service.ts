import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Service {
  readonly url: string;
  readonly seen: { login?: IncomingHttpHeaders; body?: string; upgrade?: IncomingHttpHeaders };
  readonly sockets: ReadonlySet<WebSocket>;
}

/** Logs anyone in, and does on each socket what the test says. */
export async function serve(
  talk: (socket: WebSocket) => void,
  login: object = { data: { token: 'tok', id: 7 } },
): Promise<Service> {
  const seen: Service['seen'] = {};
  const server = createServer((request, response) => {
    seen.login = request.headers;
    request.on('data', (chunk: Buffer) => {
      seen.body = `${seen.body ?? ''}${chunk.toString()}`;
    });
    request.on('end', () => {
      const status = request.url === '/login' ? 200 : 404;
      response.writeHead(status, { 'set-cookie': 'sid=abc; Path=/; HttpOnly' }).end(JSON.stringify(login));
    });
    request.resume();
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    seen.upgrade = request.headers;
    talk(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    sockets: sockets.clients,
  };
}
