import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { closed, listening } from '../../http.ts';
import { throughTag } from '../http.ts';
import { answerOf } from './answers.ts';
import type { ContainerOptions } from './options.ts';
import { Sockets } from './sockets.ts';

/** MiB that the app needs before its first request. */
const AT_START = 180;

/** The app once: HTTP and WebSocket on a loopback port, behaving as its ref says. */
export class Instance {
  readonly #options: ContainerOptions;
  readonly #server: Server;
  readonly #number: number;
  #sockets: Sockets;
  #memory = AT_START;
  #lives = 1;
  #isCold = true;
  /** Resolves when the app runs: at once, but for the time after it was killed. */
  #running: Promise<void> = Promise.resolve();

  /** `number` counts from 1 within the revision. */
  constructor(options: ContainerOptions, number: number) {
    this.#options = options;
    this.#number = number;
    this.#sockets = new Sockets(options, `${options.revision}-${number}`);
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    // The front end keeps connections for its next request; one closed here meanwhile would look like a crash.
    this.#server.keepAliveTimeout = 0;
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      void this.#upgrade(request, { socket, head });
    });
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    await listening(this.#server, 0);
    this.#greet();
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
    await closed(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://container');
    const { method = 'GET', headers } = request;
    // Unread, a body would keep its connection busy.
    request.resume();
    await this.#running;
    if (this.#outOfMemory(request)) return;
    const { status, body } = this.#isColdFor(url.pathname)
      ? { status: 503, body: { detail: 'cache is cold' } }
      : answerOf({ method, path: url.pathname, headers }, this.#options);
    const wait = this.#lateness(url);
    if (wait > 0) await delay(Math.min(wait, 60_000), undefined, { ref: false });
    // Whoever sends requests can tell which revision answered, also where the answer is an error.
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-revision': this.#options.revision,
    });
    response.end(JSON.stringify(body));
  }

  async #upgrade(request: IncomingMessage, wire: { readonly socket: Duplex; readonly head: Buffer }) {
    // A peer that vanishes must not take the process down.
    wire.socket.on('error', () => wire.socket.destroy());
    await this.#running;
    if (this.#outOfMemory(request)) wire.socket.destroy();
    else this.#sockets.upgrade(request, wire);
  }

  #isColdFor(path: string): boolean {
    if (path !== this.#options.behaviour.coldPath || !this.#isCold) return false;
    this.#isCold = false;
    return true;
  }

  /** Counts what the request leaves behind. When it was too much the instance is dead, with all that it held. */
  #outOfMemory(request: IncomingMessage): boolean {
    const { behaviour, memory } = this.#options;
    if (!throughTag(request.headers)) this.#memory += behaviour.leak ?? 0;
    if (this.#memory <= memory) return false;
    this.#die();
    return true;
  }

  /** Requests that come while the next one starts wait for it, as in Cloud Run's own queue. */
  #die(): void {
    const { log, memory, restarted } = this.#options;
    // Wording: https://github.com/dart-lang/pub-dev/issues/9554
    log.system(
      `Memory limit of ${Math.floor(memory)} MiB exceeded with ${Math.floor(this.#memory)} MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits`,
      'ERROR',
    );
    this.#memory = AT_START;
    this.#lives += 1;
    this.#sockets.stop();
    this.#sockets = new Sockets(this.#options, `${this.#options.revision}-${this.#number}-${this.#lives}`);
    this.#server.closeAllConnections();
    this.#running = restarted().then(() => {
      this.#greet();
    });
  }

  #greet(): void {
    const { behaviour, log, port, service } = this.#options;
    log.stderr('INFO:     Started server process [1]');
    log.stderr('INFO:     Application startup complete.');
    log.stderr(`INFO:     Uvicorn running on http://0.0.0.0:${port} (Press CTRL+C to quit)`);
    const attempts = Math.ceil(behaviour.startupFactor ?? 1);
    log.system(
      `Default STARTUP TCP probe succeeded after ${attempts} attempt${attempts === 1 ? '' : 's'} for container "${service}-1" on port ${port}.`,
      'INFO',
    );
  }

  /** `?delay=MS` keeps any answer back: for request time-outs and draining. */
  #lateness(url: URL): number {
    const own = url.pathname.startsWith('/api/') ? (this.#options.behaviour.lateness ?? 0) : 0;
    return own + Number(url.searchParams.get('delay') ?? 0);
  }
}
