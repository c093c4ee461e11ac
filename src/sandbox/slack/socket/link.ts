import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';

/** Bolt gives a connection up after 30 s without a ping. */
const pingMs = 10_000;

const debugInfo = { host: 'applink-sandbox', build_number: 1 };

export interface LinkOptions {
  readonly onText: (text: string) => void;
  readonly onClose: () => void;
}

/** One Socket Mode connection of the app. */
export class Link {
  readonly id = randomUUID();
  /** Told to go: it gets envelopes only when there is no other connection. */
  warned = false;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, options: LinkOptions) {
    this.#socket = socket;
    const ping = setInterval(() => {
      socket.ping(`Ping from sandbox ${Date.now()}`);
    }, pingMs).unref();
    socket.on('message', (data, isBinary) => {
      if (!isBinary) options.onText((data as Buffer).toString('utf8'));
    });
    // A cut connection also raises 'error'; 'close' follows and does the clean-up.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(ping);
      options.onClose();
    });
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(message: unknown): void {
    if (this.open) this.#socket.send(JSON.stringify(message));
  }

  hello(appId: string, count: number, seconds: number): void {
    this.send({
      type: 'hello',
      num_connections: count,
      connection_info: { app_id: appId },
      debug_info: { ...debugInfo, approximate_connection_time: seconds },
    });
  }

  disconnect(reason: 'warning' | 'refresh_requested'): void {
    this.send({ type: 'disconnect', reason, debug_info: debugInfo });
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** Cuts the connection without a close frame, as a lost network does. */
  cut(): void {
    this.#socket.terminate();
  }
}
