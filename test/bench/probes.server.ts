import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

// An echo server in a process of its own, so that the client's time and memory are the client's alone.
const http = createServer((_request, response) => response.end('{"ok":true}'));
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    socket.send((data as Buffer).toString());
  });
});
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.send?.((http.address() as AddressInfo).port);
});
