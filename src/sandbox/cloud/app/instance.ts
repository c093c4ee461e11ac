import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { answerOf } from './answers.ts';
import type { ContainerOptions } from './options.ts';
import { Sockets } from './sockets.ts';

/** The app once: HTTP and WebSocket on a loopback port, behaving as its ref says. */
export class Instance {
  readonly #options: ContainerOptions;
  readonly #server: Server;
  readonly #sockets: Sockets;

  /** `number` counts from 1 within the revision. */
  constructor(options: ContainerOptions, number: number) {
    this.#options = options;
    this.#sockets = new Sockets(options, `${options.revision}-${number}`);
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    // The front end keeps connections for its next request; one closed here meanwhile would look like a crash.
    this.#server.keepAliveTimeout = 0;
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#sockets.upgrade(request, { socket, head });
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
    return this.#sockets.open;
  }

  /** Ends at once, open sockets too. */
  async stop(): Promise<void> {
    this.#sockets.stop();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://container');
    const { method = 'GET', headers } = request;
    // Unread, a body would keep its connection busy.
    request.resume();
    const { status, body } = answerOf({ method, path: url.pathname, headers }, this.#options);
    const wait = this.#lateness(url);
    if (wait > 0) await delay(Math.min(wait, 60_000), undefined, { ref: false });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  /** `?delay=MS` keeps any answer back: for request time-outs and draining. */
  #lateness(url: URL): number {
    const own = url.pathname.startsWith('/api/') ? (this.#options.behaviour.lateness ?? 0) : 0;
    return own + Number(url.searchParams.get('delay') ?? 0);
  }
}
