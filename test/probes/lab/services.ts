import type { WebSocket } from 'ws';
import { app, echo, type Place, raw, switching } from './place.ts';

export function closing(code: number, reason: string): (socket: WebSocket) => void {
  return (socket) => {
    setTimeout(() => {
      socket.close(code, reason);
    }, 5);
  };
}

export function answering(text: string): (socket: WebSocket) => void {
  return (socket) => {
    socket.on('message', () => {
      socket.send(text);
    });
  };
}

export function slowly(delayMs: number): (socket: WebSocket) => void {
  return (socket) => {
    socket.on('message', (data) => {
      setTimeout(() => {
        socket.send((data as Buffer).toString());
      }, delayMs);
    });
  };
}

export function lively(socket: WebSocket): void {
  echo(socket);
  socket.send('{"type":"hello","instance":"a"}');
  const timer = setInterval(() => {
    socket.ping();
    socket.send('{"type":"heartbeat"}');
  }, 100);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

/** Opens, and reads nothing from then on. */
export function deafen(socket: WebSocket): void {
  socket.pause();
}

/** All its connections break at the same moment, whatever their age. */
export async function dying(): Promise<Place> {
  const place = await app();
  const timer = setInterval(() => {
    for (const socket of place.open) socket.destroy();
  }, 750);
  return {
    ...place,
    stop: () => {
      clearInterval(timer);
      return place.stop();
    },
  };
}

export function limited(): Promise<Place> {
  let open = 0;
  return app({
    admit: () => (open >= 12 ? 503 : 101),
    connected: (socket) => {
      open += 1;
      socket.once('close', () => {
        open -= 1;
      });
      echo(socket);
    },
  });
}

/** Everybody hears everything. */
export function crosstalk(): Promise<Place> {
  const all = new Set<WebSocket>();
  return app({
    connected: (socket) => {
      all.add(socket);
      socket.once('close', () => all.delete(socket));
      socket.on('message', (data) => {
        for (const one of all) one.send((data as Buffer).toString());
      });
    },
  });
}

/** A balancer before two instances, which goes by the cookie or in turn. */
export function instances(affinity: boolean): Promise<Place> {
  let turn = 0;
  return raw((socket, request) => {
    turn += 1;
    const known = affinity ? /instance=(\w)/.exec(request)?.[1] : undefined;
    const instance = known ?? (turn % 2 === 0 ? 'a' : 'b');
    socket.write(
      switching(request, { 'x-instance-id': instance, 'set-cookie': `instance=${instance}; Path=/` }),
    );
    socket.on('data', (frame) => {
      for (const reply of replies(frame)) socket.write(reply);
    });
  });
}

/** Unmasks short frames and answers text with text, pings with pongs, a close with a close. */
function replies(data: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let rest = data;
  while (rest.length >= 6) {
    const length = (rest[1] ?? 0) & 0x7f;
    const mask = rest.subarray(2, 6);
    const payload = Buffer.from(
      rest.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
    );
    const opcode = (rest[0] ?? 0) & 0x0f;
    found.push(Buffer.concat([Buffer.from([0x80 | (opcode === 9 ? 10 : opcode), length]), payload]));
    rest = rest.subarray(6 + length);
  }
  return found;
}

/** Whoever comes back with a session is sent away by the instance that does not know it. */
export function unknownSession(): Promise<Place> {
  let turn = 0;
  return app({
    headers: ['Set-Cookie: session=1; Path=/'],
    connected: (socket, _tcp, cookie) => {
      turn += 1;
      if (cookie.includes('session=') && turn % 2 === 0) socket.close(4404, 'unknown session');
      else echo(socket);
    },
  });
}

/** Answers without end: a kilobyte each `everyMs`, or as fast as it goes. */
export function endless(everyMs: number): Promise<Place> {
  const block = 'x'.repeat(everyMs === 0 ? 65_536 : 1_024);
  return raw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n');
    const more = () => {
      if (socket.destroyed) return;
      socket.write(block, () => {
        if (everyMs === 0) setImmediate(more);
        else setTimeout(more, everyMs);
      });
    };
    more();
  });
}

/** What one says is heard by whoever connected last before it. */
export function misdelivering(): Promise<Place> {
  const all: WebSocket[] = [];
  return app({
    connected: (socket) => {
      const other = all.findLast(({ readyState, OPEN }) => readyState === OPEN);
      all.push(socket);
      socket.on('message', (data) => {
        const to =
          other?.readyState === socket.OPEN
            ? other
            : all.find((one) => one !== socket && one.readyState === socket.OPEN);
        to?.send((data as Buffer).toString());
      });
    },
  });
}
