import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

// What is watched, in a process of its own: the worker's time is the worker's alone.
const http = createServer((_request, response) => response.end('{"ok":true}'));
new WebSocketServer({ server: http, perMessageDeflate: false });
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.send?.((http.address() as AddressInfo).port);
});
process.once('disconnect', () => {
  process.exit(0);
});
