import { connect, createServer, type Socket } from 'node:net';
import { ignore, type Place, place } from './place.ts';

export interface Pipe {
  readonly client: Socket;
  readonly server: Socket;
  /** Called with each chunk that passes, either way. */
  readonly onData: (listener: () => void) => void;
  /** Stops passing anything, but closes nothing. */
  readonly swallow: () => void;
}

/** A TCP proxy before another place; `fault` does to each connection what it likes. */
export async function proxy(behind: Place, fault: (pipe: Pipe) => void): Promise<Place> {
  const front = await place(
    createServer({ allowHalfOpen: true }, (client) => {
      const server = connect({ port: behind.port, host: '127.0.0.1', allowHalfOpen: true });
      server.on('error', ignore);
      const listeners: (() => void)[] = [];
      let swallowing = false;
      const pass = (from: Socket, to: Socket) => {
        from.on('data', (chunk) => {
          for (const listener of listeners) listener();
          if (!swallowing) to.write(chunk);
        });
        from.once('end', () => {
          if (!swallowing) to.end();
        });
        from.once('close', () => {
          if (!swallowing) to.destroy();
        });
      };
      pass(client, server);
      pass(server, client);
      fault({
        client,
        server,
        onData: (listener) => listeners.push(listener),
        swallow: () => {
          swallowing = true;
        },
      });
    }),
  );
  return {
    ...front,
    stop: async () => {
      await front.stop();
      await behind.stop();
    },
  };
}

/** Cuts a connection on which nothing passed for so long. */
export function idleTimeout(limitMs: number): (pipe: Pipe) => void {
  return ({ client, server, onData }) => {
    const cut = () => {
      client.end();
      server.destroy();
    };
    let timer = setTimeout(cut, limitMs);
    onData(() => {
      clearTimeout(timer);
      timer = setTimeout(cut, limitMs);
    });
    client.once('close', () => {
      clearTimeout(timer);
    });
  };
}

/** Ends each connection at one age, whatever passes. */
export function lifetime(limitMs: number, how: 'fin' | 'reset' = 'fin'): (pipe: Pipe) => void {
  return ({ client, server }) => {
    const timer = setTimeout(() => {
      if (how === 'fin') client.end();
      else client.resetAndDestroy();
      server.destroy();
    }, limitMs);
    client.once('close', () => {
      clearTimeout(timer);
    });
  };
}

/** Forgets each connection at one age, without a word. */
export function forgetting(afterMs: number): (pipe: Pipe) => void {
  return ({ client, swallow }) => {
    const timer = setTimeout(swallow, afterMs);
    client.once('close', () => {
      clearTimeout(timer);
    });
  };
}
