import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { createServer } from 'node:http';
import { createServer as createTls } from 'node:https';
import { authority } from './certificate.ts';
import { app, echo, ignore, type Place, place, raw } from './place.ts';
import { httpPlan, noIdentity, socketPlan } from './plans.ts';
import { idleTimeout, lifetime, proxy } from './proxy.ts';
import type { Fault } from './run.ts';

const trusted = authority();

/** Faults that look like another one at first, and must be told from it. */
export const alike: readonly Fault[] = [
  { name: 'another path of ws, which says 400', code: 'WRONG_PATH', start: otherPath },
  {
    name: 'an idle one that is closed politely',
    code: 'IDLE_TIMEOUT',
    start: () => app({ connected: politely }),
    plan: { handshakes: 0, echoes: 0, connections: 0, holdMs: 2_400 },
  },
  {
    name: 'a time-out shorter than the pauses of who talks',
    code: 'IDLE_TIMEOUT',
    start: async () => proxy(await app(), idleTimeout(260)),
    plan: { handshakes: 0, echoes: 0, connections: 0, holdMs: 6_000 },
  },
  {
    name: 'a short life, over TLS',
    code: 'LIFETIME_CAP',
    start: async () => proxy(await place(secureEcho()), lifetime(900)),
    scheme: 'https',
    whole: {
      // The pair alone: a burst of TLS handshakes would take this process longer than the life of a connection.
      websocket: [{ ...socketPlan, handshakes: 0, echoes: 0, connections: 0, holdMs: 2_400 }],
      identity: { ...noIdentity, ca: trusted.cert },
    },
  },
  { name: 'who greets and then is deaf', code: 'DEAF', start: () => app({ connected: greet }) },
  { name: 'a limit told with 429', code: 'CONNECTION_LIMIT', start: () => admitting(12, 429) },
  { name: 'a rate told with 429', code: 'RATE_LIMIT', start: () => rate(40) },
  {
    name: '101 to a request for a page',
    code: 'PROTOCOL_ERROR',
    start: () =>
      raw((socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
      ),
    whole: { http: [httpPlan] },
  },
  {
    name: 'interim answers without end',
    code: 'PROTOCOL_ERROR',
    start: () => raw(interim),
    whole: { http: [httpPlan], websocket: [socketPlan] },
  },
  {
    name: 'a page that drips',
    code: 'SLOW_ANSWER',
    start: () => raw((socket) => socket.write('HTTP/1.1 200 OK\r\nx-a: ')),
    whole: { http: [httpPlan] },
  },
];

function otherPath(): Promise<Place> {
  const http = createServer();
  new WebSocketServer({ server: http, path: '/socket' }).on('connection', echo);
  return place(http);
}

function politely(socket: WebSocket): void {
  const close = () => {
    socket.close(1000);
  };
  let timer = setTimeout(close, 700);
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(close, 700);
  };
  socket.on('ping', again);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

function greet(socket: WebSocket): void {
  socket.send('{"type":"hello"}');
  setTimeout(() => {
    socket.send('{"type":"news"}', ignore);
  }, 300);
}

function secureEcho() {
  const server = createTls(trusted.issue({ name: '127.0.0.1' }));
  new WebSocketServer({ server }).on('connection', echo);
  return server;
}

/** Accepts so many at the same time. */
export function admitting(most: number, status: number): Promise<Place> {
  let open = 0;
  return app({
    admit: () => (open >= most ? status : 101),
    connected: (socket, tcp) => {
      open += 1;
      tcp.once('close', () => {
        open -= 1;
      });
      echo(socket);
    },
  });
}

/** Accepts so many handshakes, and none for a long time after that. */
function rate(most: number): Promise<Place> {
  return app({ admit: (count) => (count > most ? 429 : 101) });
}

function interim(socket: Socket): void {
  const timer = setInterval(() => {
    socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(40));
  }, 10);
  socket.once('close', () => {
    clearInterval(timer);
  });
}
