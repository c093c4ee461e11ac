import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { WebSocketCheckPlan } from '../../src/domain/validation/plan.ts';
import { runValidation } from '../../src/probes/validate.ts';
import { artillerySessions } from './artillery.ts';
import { httpPlan, planOf, socketPlan } from '../probes/lab/plans.ts';

/** `npm run bench:probes`: our engine against a bare `ws` loop, as ratios of one run on one machine. */
const rounds = 5;

/** What a client sends when it is done. */
type Measured = Readonly<Record<'perSecond' | 'opened' | 'kB' | 'p99', number>>;

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const compiled = here('../../node_modules/.cache/slipway-bench');

/** What ships is compiled: running from source wraps each closure to keep its name, which costs what has more of them. */
async function compile(): Promise<void> {
  await build({
    entryPoints: [here('probes.client.ts'), here('probes.server.ts')],
    outdir: compiled,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
}

function start(name: 'client' | 'server', args: readonly string[] = []) {
  return fork(`${compiled}/probes.${name}.mjs`, args, { execArgv: ['--expose-gc'] });
}

async function measure(args: readonly string[]): Promise<Measured> {
  const child = start('client', args);
  const [result] = (await once(child, 'message')) as [Measured];
  if (child.exitCode === null) await once(child, 'exit');
  return result;
}

interface Compared {
  readonly ratio: number;
  readonly ours: number;
  readonly bare: number;
}

/** Ours and the bare loop in turn; the best run of each counts, for other work on the machine only slows. */
async function compare(args: readonly string[], what: keyof Measured): Promise<Compared> {
  const values: Readonly<Record<'ours' | 'bare', number[]>> = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const who of round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const))
      values[who].push((await measure([who, ...args]))[what]);
  const best = what === 'perSecond' ? Math.max : Math.min;
  const ours = best(...values.ours);
  const bare = best(...values.bare);
  return { ratio: ours / bare, ours, bare };
}

let missed = 0;

function tell(what: string, value: string, ok: boolean): void {
  if (!ok) missed += 1;
  console.log(`${ok ? 'met   ' : 'MISSED'}  ${what.padEnd(58)} ${value}`);
}

/** The check itself, with its own messages to each. */
async function complete(port: string): Promise<void> {
  const socket = { ...socketPlan, handshakes: 0, holdMs: 0, connections: 5_000, handshakeWithinMs: 5_000 };
  const { checks } = await runValidation(planOf({ websocket: [socket] }), {
    url: `http://127.0.0.1:${port}`,
    signal: new AbortController().signal,
    now: Date.now,
  });
  const check = checks.find(({ kind }) => kind === 'connections');
  tell('5,000 connections complete', check?.measured ?? 'nothing', check?.verdict === 'healthy');
}

async function whole(port: string): Promise<void> {
  const socket: WebSocketCheckPlan = {
    ...socketPlan,
    handshakeWithinMs: 2_000,
    holdMs: 5_000,
    echoes: 100,
    connections: 100,
    affinity: true,
  };
  const paths = ['/ws', '/ws/test', '/websocket'];
  const plan = planOf({
    http: [{ ...httpPlan, samples: 20 }],
    websocket: paths.map((path) => ({ ...socket, path })),
  });
  const result = await runValidation(plan, {
    url: `http://127.0.0.1:${port}`,
    signal: new AbortController().signal,
    now: Date.now,
  });
  const longest = Math.max(...result.checks.map(({ tookMs }) => tookMs));
  const ratio = result.tookMs / longest;
  tell(
    'wall time of a whole validation / its longest check ≤ 1.10',
    `${ratio.toFixed(2)}  (${result.verdict}, ${result.checks.length} checks)`,
    ratio <= 1.1,
  );
}

async function besideArtillery(port: string, ours: number): Promise<void> {
  const theirs = await artillerySessions(port, 8_000);
  const ratio = ours / theirs;
  const rate = `${ours.toFixed(0)} and ${theirs.toFixed(0)} a second`;
  tell('open + echo + close, ours / Artillery > 1', `${ratio.toFixed(2)}  (${rate})`, ratio > 1);
}

async function main(): Promise<void> {
  await compile();
  const server = start('server');
  const [address] = (await once(server, 'message')) as [number];
  const port = String(address);
  const sessions = await compare(['sessions', port, '4000'], 'perSecond');
  const rate = `${sessions.ours.toFixed(0)} and ${sessions.bare.toFixed(0)} a second`;
  tell(
    'open + echo + close, ours / bare ws ≥ 0.95',
    `${sessions.ratio.toFixed(2)}  (${rate})`,
    sessions.ratio >= 0.95,
  );
  const held = await compare(['held', port, '1000'], 'p99');
  const p99 = `${held.ours.toFixed(2)} and ${held.bare.toFixed(2)} ms`;
  tell(
    '1,000 held: p99 of an echo, ours / bare ws ≤ 1.5',
    `${held.ratio.toFixed(2)}  (${p99})`,
    held.ratio <= 1.5,
  );
  const many = await measure(['ours', 'held', port, '5000']);
  await complete(port);
  tell('memory of a connection < 25 kB (client alone, of 5,000)', `${many.kB.toFixed(1)} kB`, many.kB < 25);
  await whole(port);
  if (process.argv.includes('--artillery')) await besideArtillery(port, sessions.ours);
  else console.log('not run  Artillery on the same server (600 MB from npm): add -- --artillery');
  server.disconnect();
  server.kill();
  process.exitCode = missed > 0 ? 1 : 0;
}

await main();
