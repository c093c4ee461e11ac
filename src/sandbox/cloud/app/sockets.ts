import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import { converse, say } from './chat.ts';
import { bearerOf, wrongTestHeaders } from './login.ts';
import { type ContainerOptions, variable } from './options.ts';

/** Open to anyone; the others want a bearer token. */
const OPEN_PATH = '/ws/test';
const PATHS = new Set(['/ws', OPEN_PATH, '/websocket']);

const COOKIE = 'chat_session';

/** Enough for any demonstration; the oldest are forgotten first. */
const MOST_SESSIONS = 10_000;

interface Wire {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The WebSockets of one instance. Sessions live in its memory: another instance does not know them. */
export class Sockets {
  readonly #options: ContainerOptions;
  readonly #instance: string;
  readonly #server: WebSocketServer;
  readonly #sessions = new Set<string>();

  constructor(options: ContainerOptions, instance: string) {
    this.#options = options;
    this.#instance = instance;
    const autoPong = options.behaviour.socket !== 'deaf';
    this.#server = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong });
    this.#server.on('headers', (headers, request) => {
      headers.push(`X-Instance-Id: ${instance}`);
      const cookie = this.#cookieFor(request);
      if (cookie !== undefined) headers.push(`Set-Cookie: ${cookie}`);
    });
  }

  get open(): number {
    return this.#server.clients.size;
  }

  upgrade(request: IncomingMessage, { socket, head }: Wire): void {
    // A peer that vanishes must not take the process down.
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusal(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#welcome(client, request);
    });
  }

  stop(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  #refusal(request: IncomingMessage): string | undefined {
    const { behaviour, random } = this.#options;
    // uvicorn answers 403 both when the app refuses a socket and when no route takes it: https://github.com/encode/uvicorn/issues/1181
    if (!PATHS.has(pathOf(request)) || !this.#isWelcome(request)) return '403 Forbidden';
    const fails = random() < (behaviour.upgradeErrorRate ?? 0);
    return fails ? '503 Service Unavailable' : undefined;
  }

  #isWelcome(request: IncomingMessage): boolean {
    const { socket } = this.#options.behaviour;
    if (socket === 'forbidden') return false;
    const environment = variable(this.#options, 'E2E_TEST_ENV');
    if (socket === 'untested' && wrongTestHeaders(request.headers, environment).length > 0) return false;
    const bearer = bearerOf(request.headers);
    return bearer === 'valid' || (bearer === 'none' && pathOf(request) === OPEN_PATH);
  }

  #welcome(client: WebSocket, request: IncomingMessage): void {
    const { socket } = this.#options.behaviour;
    if (socket === 'deaf') return;
    if (socket === 'drop') {
      client.close(1011, 'internal error');
      return;
    }
    const asked = sessionOf(request);
    if (asked !== undefined && !this.#sessions.has(asked)) {
      say(client, { type: 'error', error: 'unknown session' });
      client.close(4404, 'unknown session');
      return;
    }
    if (pathOf(request) !== OPEN_PATH) this.#hello(client);
    client.on('message', (data, binary) => {
      const talk = { client, instance: this.#instance };
      void converse(talk, { data, binary }, this.#options);
    });
  }

  #hello(client: WebSocket): void {
    const { service, revision } = this.#options;
    say(client, { type: 'hello', service, revision, instance: this.#instance });
  }

  /** A new session for who brings none. */
  #cookieFor(request: IncomingMessage): string | undefined {
    if (sessionOf(request) !== undefined) return undefined;
    const id = randomUUID();
    this.#sessions.add(id);
    const [oldest] = this.#sessions;
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return `${COOKIE}=${id}; Path=/; HttpOnly`;
  }
}

const pathOf = (request: IncomingMessage): string => new URL(request.url ?? '/', 'http://container').pathname;

const sessionOf = (request: IncomingMessage): string | undefined =>
  new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
