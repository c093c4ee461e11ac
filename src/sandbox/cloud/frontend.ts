import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpRequestLog } from './logging/store.ts';
import { listening, urlOf } from '../http.ts';
import { affinityCookie, affinityOf, forwarded, rawResponse, requestLog } from './http.ts';

/** Where one request goes. */
export interface Route {
  readonly revision: string;
  /** The container's loopback port. */
  readonly port: number;
  /** The service's request timeout in milliseconds: a WebSocket is a request, and cut by it too. */
  readonly timeout: number;
  /** Milliseconds that a load balancer in front lets a WebSocket live, idle or not. Undefined: there is none. */
  readonly socketLifetime: number | undefined;
  readonly sessionAffinity: boolean;
  /** The tag whose URL was asked; undefined behind the service's own URL. */
  readonly tag: string | undefined;
  /** Called once, as the request goes to its container; what it gives is called once, when the request is over. */
  readonly begin: () => Served;
}

export type Served = (request: HttpRequestLog) => void;

/** Chooses for each request; undefined when nothing is ready. `affinity` is the revision a cookie asks for. */
export type Router = (affinity: string | undefined) => Route | undefined;

/** What the log says of a caller who left before there was an answer. */
const LEFT_EARLY = 499;

/** One public URL: the loopback port of a service or of a tag. */
export class FrontDoor {
  readonly #router: Router;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  constructor(router: Router) {
    this.#router = router;
    this.#server = createServer((request, response) => {
      this.#serve(request, response);
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, { socket, head });
    });
  }

  /** The URL, once it listens. */
  async open(): Promise<string> {
    await listening(this.#server, 0);
    return urlOf(this.#server);
  }

  /** New connections are refused from now on; what is open goes on to its end. */
  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Cuts everything. */
  destroy(): void {
    this.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const route = this.#router(affinityOf(request));
    if (route === undefined) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('Service Unavailable');
      return;
    }
    const over = this.#watched(request, route);
    const upstream = httpRequest(target(route, request));
    const fail = (status: number, text: string): void => {
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
      upstream.destroy();
    };
    const timer = setTimeout(fail, route.timeout, 504, 'upstream request timeout');
    upstream.on('response', (answer) => {
      const cookie = route.sessionAffinity ? { 'set-cookie': affinityCookie(route.revision) } : {};
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...cookie });
      answer.pipe(response);
    });
    upstream.on('error', () => {
      fail(503, 'Service Unavailable');
    });
    response.on('close', () => {
      clearTimeout(timer);
      upstream.destroy();
      over(response.headersSent ? response.statusCode : LEFT_EARLY);
    });
    request.pipe(upstream);
  }

  #upgrade(request: IncomingMessage, client: { readonly socket: Duplex; readonly head: Buffer }): void {
    const { socket } = client;
    socket.on('error', () => socket.destroy());
    const route = this.#router(affinityOf(request));
    if (route === undefined) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const over = this.#watched(request, route);
    const upstream = httpRequest(target(route, request));
    let status = LEFT_EARLY;
    socket.on('close', () => {
      upstream.destroy();
      over(status);
    });
    upstream.on('upgrade', (answer, container, head) => {
      status = 101;
      const cookie = route.sessionAffinity ? affinityCookie(route.revision) : undefined;
      socket.write(rawResponse(answer, cookie));
      if (head.length > 0) socket.write(head);
      if (client.head.length > 0) container.write(client.head);
      this.#join(socket, container, Math.min(route.timeout, route.socketLifetime ?? Infinity));
    });
    upstream.on('response', (answer) => {
      status = answer.statusCode ?? 502;
      socket.write(rawResponse(answer));
      answer.pipe(socket);
      answer.on('end', () => {
        over(status);
      });
    });
    upstream.on('error', () => {
      over(503);
      socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    upstream.end();
  }

  /** Begins a request; what comes back ends it with its status, however often it is called. */
  #watched(request: IncomingMessage, route: Route): (status: number) => void {
    const started = Date.now();
    const served = route.begin();
    let over = false;
    return (status) => {
      if (!over) served(requestLog(request, status, started));
      over = true;
    };
  }

  // Both ends live and die together, and never longer than the request timeout.
  #join(client: Duplex, container: Duplex, timeout: number): void {
    const cut = (): void => {
      client.destroy();
      container.destroy();
    };
    const timer = setTimeout(cut, timeout);
    this.#sockets.add(client);
    container.on('error', cut);
    container.on('close', cut);
    client.on('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(client);
      cut();
    });
    client.pipe(container).pipe(client);
  }
}

const target = (route: Route, request: IncomingMessage): object => ({
  host: '127.0.0.1',
  port: route.port,
  method: request.method,
  path: request.url,
  headers: forwarded(request, route.tag),
});
