import { once } from 'node:events';
import { WebSocket } from 'ws';
import { percentile } from '../../src/domain/statistics.ts';
import { connectorFor } from '../../src/probes/connector.ts';
import type { Connection } from '../../src/probes/context.ts';
import { inTurn } from '../../src/probes/pace.ts';

// One measurement, in a process of its own: `probes.client.ts <ours|bare> <sessions|held> <port> <count>`.
const [who, what, port = '0', count = '0'] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}`;
const connector = connectorFor({ url, identity: { headers: {} }, now: Date.now });
const never = () => false;

/** One connection, ours or of `ws` alone, with the same things to do. */
interface Line {
  echo(): Promise<number>;
  close(): Promise<unknown>;
}

let serial = 0;

async function ours(): Promise<Line> {
  let heard: (text: string) => void = () => undefined;
  const opened = await connector.open({
    path: '/ws',
    withinMs: 10_000,
    received: (text) => {
      heard(text);
    },
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.evidence));
  const connection: Connection = opened;
  return {
    echo: () =>
      timed((resolve, text) => {
        heard = (answer) => {
          if (answer.includes(text)) resolve();
        };
        connection.socket.send(text);
      }),
    close: () => connection.close(),
  };
}

async function bare(): Promise<Line> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { perMessageDeflate: false });
  let heard: (text: string) => void = () => undefined;
  socket.on('message', (data) => {
    heard((data as Buffer).toString());
  });
  await once(socket, 'open');
  return {
    echo: () =>
      timed((resolve, text) => {
        heard = (answer) => {
          if (answer.includes(text)) resolve();
        };
        socket.send(text);
      }),
    close: async () => {
      socket.close(1000);
      await once(socket, 'close');
    },
  };
}

async function timed(start: (resolve: () => void, text: string) => void): Promise<number> {
  const begun = performance.now();
  serial += 1;
  const text = `{"type":"echo","id":"bench-${serial}"}`;
  await new Promise<void>((resolve) => {
    start(resolve, text);
  });
  return performance.now() - begun;
}

const open = who === 'ours' ? ours : bare;

/** Sessions a second: open, one echo, close; 32 at a time. */
async function sessions(many: number): Promise<number> {
  const begun = performance.now();
  await inTurn({ count: many, width: 32, enough: never }, async () => {
    const line = await open();
    await line.echo();
    await line.close();
  });
  return (many * 1_000) / (performance.now() - begun);
}

/** Opens all, echoes on each in turn (eight in flight), closes all. */
async function held(many: number) {
  // The first connections load code and grow the heap: they are not what one connection costs.
  await sessions(200);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const lines: Line[] = [];
  await inTurn({ count: many, width: 64, enough: never }, async () => {
    lines.push(await open());
  });
  globalThis.gc?.();
  const kB = (process.memoryUsage().rss - before) / many / 1_024;
  const times: number[] = [];
  await inTurn({ count: Math.max(many, 20_000), width: 8, enough: never }, async (index) => {
    const line = lines[index % many];
    if (line !== undefined) times.push(await line.echo());
  });
  await inTurn({ count: many, width: 500, enough: never }, async (index) => {
    await lines[index]?.close();
  });
  times.sort((a, b) => a - b);
  return { opened: lines.length, kB, p50: percentile(times, 0.5) ?? 0, p99: percentile(times, 0.99) ?? 0 };
}

async function main(): Promise<void> {
  if (what === 'sessions') await sessions(1_000);
  const result =
    what === 'sessions' ? { perSecond: await sessions(Number(count)) } : await held(Number(count));
  process.send?.(result);
  process.disconnect();
}

await main();
