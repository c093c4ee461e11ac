import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { Redis } from 'ioredis';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import { keys } from '../../src/ledger/keys.ts';
import { Monitors } from '../../src/ledger/monitors.ts';
import { Series } from '../../src/ledger/series.ts';
import { MonitorQueue } from '../../src/queue/monitors.ts';
import { startPrivateRedis } from '../../src/sandbox/redis.ts';
import { roundAt, writeLastHour } from './monitors.hour.ts';
import { environments, services } from './monitors.world.ts';

/** `npm run bench:monitors`: 100 environments of 3 services, each looked at and judged every 10 s by one worker. */
const { everyMs } = defaultPolicy;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const compiled = here('../../node_modules/.cache/slipway-bench-monitors');

let missed = 0;
function tell(what: string, value: string, ok: boolean): void {
  if (!ok) missed += 1;
  console.log(`${ok ? 'met   ' : 'MISSED'}  ${what.padEnd(56)} ${value}`);
}

/** What ships is compiled. */
async function start(name: 'servers' | 'worker', args: readonly string[] = []) {
  await build({
    entryPoints: [here(`monitors.${name}.ts`)],
    outdir: compiled,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  const child = fork(`${compiled}/monitors.${name}.mjs`, args, { execArgv: ['--enable-source-maps'] });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${name} did not start`)));
  const [first] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  ended.catch(() => undefined);
  return { child, first };
}

interface Spent {
  readonly cpuMs: number;
  readonly megabytes: number;
}

async function spent(worker: ChildProcess): Promise<Spent> {
  worker.send('how much');
  const [told] = (await once(worker, 'message')) as [Spent];
  return told;
}

const server = await startPrivateRedis();
const redis = new Redis(server.url);
const monitors = new Monitors(redis);
const series = new Series(redis);
const queue = new MonitorQueue(redis, () => undefined);

/** Has so many environments watched and no other, and waits until it is so. */
async function watch(count: number): Promise<void> {
  const at = Date.now();
  const hand = { at, by: 'U1', byName: 'bench' };
  const say = (environment: string, type: 'started' | 'stopped') =>
    monitors.say({ ...hand, type, environment, deliveryId: `${type}-${environment}-${at}` });
  await Promise.all(environments.map((name, index) => say(name, index < count ? 'started' : 'stopped')));
  while ((await queue.scheduled()).length !== count) await wait(200);
  // The first round of each begins at its own moment; those of before are over.
  await wait(everyMs);
}

interface Measured {
  /** CPU milliseconds for each second. */
  readonly load: number;
  readonly megabytes: number;
  readonly latestMs: number;
  readonly rounds: number;
  readonly failures: number;
}

async function measure(worker: ChildProcess, count: number, forMs: number): Promise<Measured> {
  await watch(count);
  const offsets = new Map(
    (await queue.scheduled()).map(({ environment, nextAt }) => [environment, nextAt % everyMs]),
  );
  const from = Date.now();
  const before = await spent(worker);
  await wait(forMs);
  const after = await spent(worker);
  const elapsed = Date.now() - from;
  const lates: number[] = [];
  let failures = 0;
  for (const environment of environments.slice(0, count))
    for (const service of services)
      for (const { at, tallies, blind } of await series.since({ service, environment }, from)) {
        lates.push((at - (offsets.get(environment) ?? 0) + everyMs) % everyMs);
        failures += (tallies.connectionFailures?.failures ?? 0) + (tallies.handshakeFailures?.failures ?? 0);
        failures += blind;
      }
  return {
    load: (after.cpuMs - before.cpuMs) / (elapsed / 1_000),
    megabytes: after.megabytes,
    latestMs: Math.max(...lates),
    rounds: lates.length,
    failures,
  };
}

/** Bytes in Redis of a day of rounds and of 30 days of minutes, from what an entry of 2,000 takes. */
async function bytes(): Promise<{ readonly rounds: number; readonly minutes: number }> {
  const used = async (service: string, apartMs: number): Promise<readonly [number, number]> => {
    const target = { service, environment: 'bytes' };
    const from = Date.now() - entries * apartMs;
    for (let entry = 0; entry <= entries; entry += 1)
      await series.add(target, roundAt(from + entry * apartMs));
    const key = `bytes/${service}`;
    const sizeOf = async (name: string) => Number(await redis.memory('USAGE', name, 'SAMPLES', 0)) / entries;
    return [await sizeOf(keys.rounds(key)), await sizeOf(keys.minutes(key))];
  };
  const entries = 2_000;
  const day = 86_400_000;
  const [round] = await used('rounds', everyMs);
  // Each round in a minute of its own.
  const [, minute] = await used('minutes', 60_000);
  return { rounds: (round * day) / everyMs, minutes: (minute * 30 * day) / 60_000 };
}

try {
  // A review looks at the last hour: it costs what it will cost then.
  await writeLastHour(redis, everyMs);
  const served = await start('servers');
  const { child: worker } = await start('worker', [server.url, String(served.first)]);
  // What is compiled by then is as fast as it gets: the largest first, and its beginning does not count.
  await measure(worker, 100, 25_000);
  const hundred = await measure(worker, 100, 25_000);
  const ten = await measure(worker, 10, 20_000);
  const one = await measure(worker, 1, 20_000);
  for (const [count, { load, megabytes, latestMs, rounds, failures }] of [
    [1, one],
    [10, ten],
    [100, hundred],
  ] as const)
    console.log(
      `${String(count).padStart(3)} environments: ${rounds} looks, CPU ${(load / 10).toFixed(1)} % of a core, ${megabytes.toFixed(0)} MB, latest ${latestMs.toFixed(0)} ms, ${failures} failures`,
    );
  tell(
    '100 environments: no round later than 2 s',
    `${hundred.latestMs.toFixed(0)} ms`,
    hundred.latestMs <= 2_000,
  );
  // The last round of each may be under way at the end.
  tell('100 environments: no round left out', `${hundred.rounds} of about 750`, hundred.rounds >= 700);
  tell('100 environments: no failure of healthy services', `${hundred.failures}`, hundred.failures === 0);
  tell('100 environments: under one core', `${(hundred.load / 10).toFixed(1)} %`, hundred.load < 1_000);
  const slope = (hundred.load - ten.load) / 90 / ((ten.load - one.load) / 9);
  tell('cost of one more: from 10 to 100 / from 1 to 10 ≤ 1.3', slope.toFixed(2), slope <= 1.3);
  const { rounds, minutes } = await bytes();
  const kB = (value: number) => `${(value / 1_000).toFixed(0)} kB`;
  tell(
    'bytes of a target < 2 MB (a day of rounds + 30 days)',
    `${kB(rounds)} + ${kB(minutes)}`,
    rounds + minutes < 2e6,
  );
  worker.disconnect();
  served.child.disconnect();
  await once(worker, 'exit');
} finally {
  await queue.close();
  redis.disconnect();
  await server.stop();
}
process.exitCode = missed > 0 ? 1 : 0;
