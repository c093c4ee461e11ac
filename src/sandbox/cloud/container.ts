import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Random } from './random.ts';
import type { Behaviour } from './refs.ts';

export interface ContainerOptions {
  readonly service: string;
  readonly revision: string;
  /** What the app believes to listen on, for its start-up line; the real port is any free one. */
  readonly port: number;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly behaviour: Behaviour;
  readonly log: { stdout(text: string): void; stderr(text: string): void };
  readonly random: Random;
}

const SOCKET_PATHS = new Set(['/ws', '/ws/test', '/websocket']);

/** The app inside one revision: HTTP and WebSocket on a loopback port, behaving as its ref says. */
export class Container {
  readonly #options: ContainerOptions;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    // The front end keeps connections for its next request; one closed here meanwhile would look like a crash.
    this.#server.keepAliveTimeout = 0;
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, { socket, head });
    });
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { log, port } = this.#options;
    log.stderr('INFO:     Started server process [1]');
    log.stderr('INFO:     Application startup complete.');
    log.stderr(`INFO:     Uvicorn running on http://0.0.0.0:${port} (Press CTRL+C to quit)`);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get openSockets(): number {
    return this.#sockets.clients.size;
  }

  /** Ends at once, open sockets too. */
  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://container');
    const { status, body } = this.#route(url);
    // ?delay=MS keeps the answer back: for request time-outs and draining.
    const wait = Number(url.searchParams.get('delay') ?? 0);
    if (wait > 0) await delay(Math.min(wait, 60_000), undefined, { ref: false });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  #route(url: URL): { status: number; body: object } {
    const { service, revision, env, behaviour } = this.#options;
    if (url.pathname === '/health') return this.#health();
    if (url.pathname === '/') {
      const environment = env.find(({ name }) => name === 'E2E_TEST_ENV')?.value;
      return { status: 200, body: { service, revision, environment } };
    }
    if (url.pathname.startsWith('/api/')) {
      const fails = this.#options.random() < (behaviour.apiErrorRate ?? 0);
      if (fails) return { status: 500, body: { detail: 'Internal Server Error' } };
      return { status: 200, body: { service, revision, path: url.pathname } };
    }
    return { status: 404, body: { detail: 'Not Found' } };
  }

  #health(): { status: number; body: object } {
    const { service, revision, behaviour, log } = this.#options;
    const { health } = behaviour;
    if (health === undefined) return { status: 200, body: { status: 'ok', service, revision } };
    if (health.stderr !== undefined) log.stderr(health.stderr);
    return { status: health.status, body: { status: 'error', service, revision, detail: health.detail } };
  }

  #upgrade(request: IncomingMessage, wire: { readonly socket: Duplex; readonly head: Buffer }): void {
    const path = new URL(request.url ?? '/', 'http://container').pathname;
    const { behaviour } = this.#options;
    // uvicorn answers 403 both when the app refuses a socket and when no route takes it: https://github.com/encode/uvicorn/issues/1181
    if (!SOCKET_PATHS.has(path) || behaviour.socket === 'forbidden') {
      wire.socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    // A peer that vanishes must not take the process down.
    wire.socket.on('error', () => wire.socket.destroy());
    this.#sockets.handleUpgrade(request, wire.socket, wire.head, (client) => {
      if (behaviour.socket === 'drop') client.close(1011, 'internal error');
      else {
        client.on('message', (data, binary) => {
          this.#echo(client, { data, binary });
        });
      }
    });
  }

  #echo(client: WebSocket, message: { readonly data: RawData; readonly binary: boolean }): void {
    if (message.binary) client.send(message.data, { binary: true });
    else client.send(JSON.stringify(this.#reply(text(message.data))));
  }

  /** An object comes back with its own fields, `type` set to `pong` or `echo`; other text as `data`. */
  #reply(message: string): object {
    const { service, revision } = this.#options;
    const parsed = parseObject(message);
    const type = parsed?.['type'] === 'ping' ? 'pong' : 'echo';
    return { ...(parsed ?? { data: message }), type, service, revision, at: Date.now() };
  }
}

// ws gives one Buffer for its default binaryType: https://github.com/websockets/ws/blob/master/doc/ws.md#websocketbinarytype
const text = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString('utf8') : '');

function parseObject(message: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
