import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { eventSchema } from '../../src/domain/events.ts';
import { keys } from '../../src/ledger/keys.ts';
import { type Child, startChild } from '../../src/sandbox/demo/child.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { compile } from '../support/compile.ts';
import { runFolder } from '../support/run-folder.ts';
import { changedConfig, withRollout } from '../support/world.ts';

/**
 * `node scripts/run.mjs bench takeover [kills]`: seconds from a `kill -9` of the worker at a random moment of a bake
 * until the other worker has written its next event. Two workers always run.
 */
const kills = Number(process.argv[2] ?? 20);
/** One period of lock renewal and one of the look for stalled jobs, so that each moment of both is met. */
const spreadMs = 10_000;
const operation = 'staging-1';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-bench-'));
const cache = runFolder(
  path.resolve(import.meta.dirname, '../../node_modules/.cache/slipway-bench-takeover'),
);
const program = ['--enable-source-maps', await compile(cache)];
const sandbox = await startSandbox({ pace: 0.05 });
const config = withRollout({ steps: [10, 100], bake: '10h' });
const environment = { ...sandbox.environment, SLIPWAY_CONFIG: changedConfig(folder, config) };
const redis = new Redis(sandbox.redis.url);
const running: Child[] = [];

async function start(verb: 'bot' | 'worker'): Promise<Child> {
  const logFile = path.join(folder, `${running.length}-${verb}.log`);
  const child = await startChild({ program, verb, environment, logFile });
  running.push(child);
  return child;
}

/** The worker that has the operation, and since when. */
async function lastClaim(): Promise<{
  readonly worker: string;
  readonly at: number;
  readonly moved: boolean;
}> {
  const lines = await redis.lrange(keys.events(operation), 0, -1);
  const events = lines.map((line) => eventSchema.parse(JSON.parse(line)));
  const started = events.flatMap((event) => (event.type === 'started' ? [event] : [])).at(-1);
  const moved = events.some(({ type }) => type === 'traffic-moved');
  return { worker: started?.worker ?? '', at: started?.at ?? 0, moved };
}

async function claimedBy(pids: readonly number[]): Promise<number> {
  for (;;) {
    const { worker, at, moved } = await lastClaim();
    if (moved && pids.some((pid) => worker.includes(`-${pid}-`))) return at;
    await wait(20);
  }
}

try {
  await start('bot');
  let owner = await start('worker');
  const text = '/deploy backend staging';
  await sandbox.slack.command({ user: 'U0DEVELOPER', channel: 'C0DEPLOYS', text });
  await claimedBy([owner.pid]);
  const seconds: number[] = [];
  while (seconds.length < kills) {
    const other = await start('worker');
    await wait(Math.random() * spreadMs);
    const since = Date.now();
    await owner.killed();
    seconds.push(((await claimedBy([other.pid])) - since) / 1_000);
    console.log(`${seconds.length}: ${seconds.at(-1)?.toFixed(2)} s`);
    owner = other;
    // Five crashes of one step would end it: what is measured is the take-over, not the budget.
    await forgetCrashes();
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(1);
  console.log(`${kills} kills: least ${at(0)} s, median ${at(0.5)} s, 90 % ${at(0.9)} s, most ${at(1)} s`);
} finally {
  await Promise.all(running.map((child) => child.killed()));
  redis.disconnect();
  await sandbox.stop();
  for (const each of [folder, cache]) rmSync(each, { recursive: true, force: true });
}

/** As if the worker before had given the step back. */
async function forgetCrashes(): Promise<void> {
  await redis.rpush(
    keys.events(operation),
    JSON.stringify({ type: 'step-yielded', at: Date.now(), step: 'shift' }),
  );
}
