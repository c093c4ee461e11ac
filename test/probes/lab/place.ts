import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Issued } from './certificate.ts';

/** Something that runs on a free port of 127.0.0.1. */
export interface Place {
  readonly port: number;
  /** Connections that are open now. */
  readonly open: ReadonlySet<Socket>;
  stop(): Promise<void>;
}

/** Listens and remembers its connections, so that it can be stopped whatever they do. */
export async function place(server: Server | HttpServer): Promise<Place> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', ignore);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    open,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

export interface AppOptions {
  /** Called for each connection; without it, messages are echoed. */
  readonly connected?: (socket: WebSocket, tcp: Socket, cookie: string) => void;
  /** The status that an upgrade gets; 101 accepts it. */
  readonly admit?: (count: number) => number;
  readonly headers?: readonly string[];
  readonly subprotocol?: string;
  readonly autoPong?: boolean;
}

/** A healthy application: `/health` answers, every other path is a WebSocket that echoes. */
export function app(options: AppOptions = {}): Promise<Place> {
  const { subprotocol } = options;
  const http = createHttpServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"ok":true,"startup_ms":120}');
  });
  const sockets = new WebSocketServer({
    noServer: true,
    autoPong: options.autoPong ?? true,
    ...(subprotocol === undefined ? {} : { handleProtocols: () => subprotocol }),
  });
  sockets.on('headers', (headers) => headers.push(...(options.headers ?? [])));
  let count = 0;
  http.on('upgrade', (request, socket: Socket, head) => {
    count += 1;
    const status = options.admit?.(count) ?? 101;
    if (status !== 101) {
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', ignore);
      (options.connected ?? echo)(opened, socket, request.headers.cookie ?? '');
    });
  });
  return place(http);
}

export function echo(socket: WebSocket): void {
  socket.on('message', (data) => {
    socket.send((data as Buffer).toString());
  });
}

/** A server that answers with these bytes as soon as something is said to it. */
export function raw(answer: (socket: Socket, request: string) => void): Promise<Place> {
  return place(
    createServer((socket) => {
      socket.once('data', (data) => {
        answer(socket, data.toString('latin1'));
      });
    }),
  );
}

export function tls(issued: Issued): Promise<Place> {
  return place(
    createTlsServer(issued, (socket) => {
      socket.on('error', ignore);
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'),
      );
    }),
  );
}

/** An answer of a gateway. */
export function page(status: number, body = '', headers: readonly string[] = []): (socket: Socket) => void {
  const lines = [
    `HTTP/1.1 ${status} Lab`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...headers,
  ];
  return (socket) => socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** A right 101 to a request; `more` replaces or adds header lines. */
export function switching(request: string, more: Readonly<Record<string, string>> = {}): string {
  const key = /sec-websocket-key: (.+)\r/i.exec(request)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': accept, ...more };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 101 Switching Protocols\r\n${text.join('')}\r\n`;
}

export function ignore(): void {
  // The other side is meant to break.
}
