import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Bodies above this are refused; Slack's own limit is far above any real message. */
const usualBytes = 1_000_000;

/** @throws Error when the body is larger than `mostBytes` (default 1 MB) or the client goes away. */
export async function readBytes(request: IncomingMessage, mostBytes = usualBytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`request body is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws as `readBytes`. */
export async function readBody(request: IncomingMessage, mostBytes?: number): Promise<string> {
  return (await readBytes(request, mostBytes)).toString('utf8');
}

export interface JsonAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function sendJson(response: ServerResponse, { status = 200, headers = {}, body }: JsonAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

/** Listens on a port of 127.0.0.1, 0 for any free one, or on a socket file. @throws Error when it is taken. */
export async function listening(server: Server, where: number | { readonly path: string }): Promise<void> {
  const place = typeof where === 'number' ? { host: '127.0.0.1', port: where } : where;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(place, resolve);
  });
}

/** `http://127.0.0.1:PORT` of a server that listens. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends the server and its connections; twice is safe. */
export async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const ended = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await ended;
}
