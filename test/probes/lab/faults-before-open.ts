import { once } from 'node:events';
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { connect, type Socket } from 'node:net';
import { authority } from './certificate.ts';
import { app, ignore, page, type Place, place, raw, switching, tls } from './place.ts';
import { httpPlan, noIdentity, socketPlan } from './plans.ts';
import type { Fault } from './run.ts';

const trusted = authority();
const identity = { ...noIdentity, ca: trusted.cert };
const day = 86_400_000;
const sockets = { websocket: [socketPlan], identity };

/** What fails before there is an HTTP answer. */
export const connecting: readonly Fault[] = [
  {
    name: 'a name that DNS does not know',
    code: 'DNS_NOT_FOUND',
    start: () => app(),
    host: 'nowhere.invalid',
  },
  { name: 'a port nobody listens at', code: 'TCP_REFUSED', start: nobody },
  {
    name: 'TCP that is never accepted',
    code: 'TCP_TIMEOUT',
    start: fullBacklog,
    plan: { handshakes: 6, connections: 6 },
  },
  {
    name: 'a reset instead of an answer',
    code: 'TCP_RESET',
    start: () => raw((socket) => socket.resetAndDestroy()),
  },
  { name: 'an end instead of an answer', code: 'TCP_RESET', start: () => raw((socket) => socket.end()) },
  {
    name: 'an expired certificate',
    code: 'TLS_EXPIRED',
    start: () =>
      tls(
        trusted.issue({
          name: '127.0.0.1',
          from: new Date(Date.now() - 9 * day),
          to: new Date(Date.now() - day),
        }),
      ),
    scheme: 'https',
    whole: sockets,
  },
  {
    name: 'a certificate for another name',
    code: 'TLS_NAME',
    start: () => tls(trusted.issue({ name: 'elsewhere.example' })),
    scheme: 'https',
    whole: sockets,
  },
  {
    name: 'a certificate of an unknown authority',
    code: 'TLS_UNTRUSTED',
    start: () => tls(authority('Other').issue({ name: '127.0.0.1' })),
    scheme: 'https',
    whole: sockets,
  },
  { name: 'https to a plain port', code: 'TLS_PLAIN_PORT', start: () => app(), scheme: 'https' },
  {
    name: 'http to a TLS port',
    code: 'TLS_REQUIRED',
    start: () => tls(trusted.issue({ name: '127.0.0.1' })),
    whole: { websocket: [socketPlan], http: [httpPlan] },
  },
  { name: 'an upgrade that is never answered', code: 'HANDSHAKE_TIMEOUT', start: () => raw(ignore) },
  { name: 'an answer that drips', code: 'SLOW_HANDSHAKE', start: () => raw(drip) },
  {
    name: 'a late 101',
    code: 'SLOW_HANDSHAKE',
    start: lateSwitch,
    plan: { holdMs: 0, echoes: 0, connections: 0 },
  },
];

const html = '<!doctype html><title>Backend</title>';
const crash =
  'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\nNameError: name \'x\' is not defined';

const answer = (name: string, code: string, reply: (socket: Socket, request: string) => void): Fault => ({
  name,
  code,
  start: () => raw(reply),
});

/** What is answered instead of a right 101. */
export const answering: readonly Fault[] = [
  answer('401', 'UNAUTHORIZED', page(401)),
  answer('403', 'FORBIDDEN', page(403, 'Forbidden')),
  answer('426', 'UPGRADE_STRIPPED', page(426, 'Upgrade Required')),
  answer('200 with a page', 'UPGRADE_STRIPPED', page(200, html, ['content-type: text/html'])),
  answer(
    '400 that names the header',
    'UPGRADE_STRIPPED',
    page(400, 'Missing or invalid Sec-WebSocket-Key header'),
  ),
  answer('another 400', 'BAD_REQUEST', page(400, 'room is missing')),
  answer('404', 'WRONG_PATH', page(404, 'Not Found')),
  answer('a redirect', 'REDIRECT', page(301, '', ['location: https://elsewhere.example/ws'])),
  answer('429', 'RATE_LIMIT', page(429)),
  answer('500', 'SERVER_ERROR', page(500, 'Internal Server Error')),
  answer('502', 'BAD_GATEWAY', page(502, 'Bad Gateway')),
  answer('503', 'SERVICE_DOWN', page(503, 'no healthy upstream')),
  answer('504', 'GATEWAY_TIMEOUT', page(504)),
  {
    name: '503 and a stack trace',
    code: 'STARTUP_CRASH',
    start: () => raw(page(503)),
    facts: { logs: [crash] },
  },
  answer('a 101 without its headers', 'UPGRADE_STRIPPED', (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  ),
  answer('a wrong Sec-WebSocket-Accept', 'PROTOCOL_ERROR', (socket, request) =>
    socket.write(switching(request, { 'Sec-WebSocket-Accept': 'AAAA' })),
  ),
  answer('an extension nobody asked for', 'PROTOCOL_ERROR', (socket, request) =>
    socket.write(switching(request, { 'Sec-WebSocket-Extensions': 'permessage-deflate' })),
  ),
  answer('something that is no HTTP', 'PROTOCOL_ERROR', (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')),
  answer('ten thousand headers', 'HEADERS_TOO_LARGE', (socket) =>
    socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: 0123456789\r\n'.repeat(10_000)}\r\n`),
  ),
  {
    name: 'no subprotocol',
    code: 'SUBPROTOCOL_MISSING',
    start: () => raw((socket, request) => socket.write(switching(request))),
    plan: { subprotocols: ['chat.v1'] },
  },
  {
    name: 'another subprotocol',
    code: 'SUBPROTOCOL_WRONG',
    start: () => app({ subprotocol: 'chat.v2' }),
    plan: { subprotocols: ['chat.v1'] },
  },
];

async function nobody(): Promise<Place> {
  const gone = await place(createServer());
  await gone.stop();
  return { ...gone, stop: () => Promise.resolve() };
}

/** Seconds would pass between two bytes of a real one. */
function drip(socket: Socket, request: string): void {
  const bytes = switching(request);
  let sent = 0;
  const timer = setInterval(() => {
    socket.write(bytes.slice(sent, sent + 1));
    sent += 1;
  }, 50);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

function lateSwitch(): Promise<Place> {
  return raw((socket, request) => {
    setTimeout(() => socket.write(switching(request)), 600);
  });
}

/** Listens with a backlog of one in a thread that sleeps: once full, the kernel answers no more SYN. */
async function fullBacklog(): Promise<Place> {
  const worker = new Worker(
    `const { createServer } = require('node:net'); const { parentPort } = require('node:worker_threads');
     const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', ignore));
  await once(fillers[0]!, 'connect');
  return {
    port,
    open: new Set(),
    stop: async () => {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}
