import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { alertRootId } from '../../src/domain/alert/thread.ts';
import { Alerts } from '../../src/ledger/alerts.ts';
import { keys } from '../../src/ledger/keys.ts';
import { queueNames, queuePrefix } from '../../src/queue/names.ts';
import { startChild } from '../../src/sandbox/demo/child.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { allowedBySlack, changedConfig } from '../support/example.ts';
import { startFront } from '../support/front.ts';
import { countIn, crowded, isDigest, ownerOf } from '../support/storm.ts';
import { everyMs, type Seen, type Shown, usual } from './storm.seen.ts';

const channel = 'C0DEPLOYS';
const lookEveryMs = 250;

export interface Outage {
  /** Compiled slipway. */
  readonly program: string;
  readonly symptoms: number;
  /** So many times what Slack allows is there, and what slipway takes. */
  readonly times: number;
}

/**
 * A whole outage, watched by one worker: until all of it is told, or until that has taken twice as long as the allowance
 * asks for. The stand-ins are in this process, the worker and Redis in processes of their own.
 */
export async function outage(asked: Outage): Promise<Seen> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-bench-'));
  const sandbox = await startSandbox({ slackLimits: { times: asked.times } });
  const front = await startFront();
  const redis = new Redis(sandbox.redis.url);
  try {
    front.fail(true);
    return await watched(asked, { folder, sandbox, redis, front: front.url });
  } finally {
    redis.disconnect();
    await front.stop();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Scene {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly redis: Redis;
  /** The load balancer. */
  readonly front: string;
}

async function watched({ program, symptoms, times }: Outage, scene: Scene): Promise<Seen> {
  const { folder, sandbox, redis, front } = scene;
  const shown = heardBy(sandbox);
  const crowd = crowded({ symptoms, every: `${everyMs / 1_000}s`, front });
  const config = changedConfig(folder, (yaml) => allowedBySlack(usual * times)(crowd(yaml)));
  const costs = path.join(folder, 'cost.json');
  const worker = await startChild({
    program: ['--import', gaugeInto(costs), '--enable-source-maps', program],
    verb: 'worker',
    environment: { ...sandbox.environment, SLIPWAY_CONFIG: config },
    logFile: path.join(folder, 'worker.log'),
  });
  const from = performance.now();
  const mostMs = 60_000 + 2 * (60_000 / (usual * times)) * symptoms;
  try {
    while (performance.now() - from < mostMs && !(await isTold(redis, shown, symptoms)))
      await wait(lookEveryMs);
  } finally {
    await worker.killed();
  }
  const left = await drawingsLeft(redis);
  const tookMs = performance.now() - from;
  const alerts = await new Alerts(redis, () => undefined).open('staging');
  return {
    symptoms,
    times,
    shown,
    pages: sandbox.pages.received('pagerduty'),
    calls: sandbox.slack.calls(),
    left,
    fired: new Map(alerts.map((alert) => [alertRootId(alert), alert.firedAt])),
    cost: { ...costOf(costs), tookMs },
  };
}

/** All that is posted and changed from now on. */
function heardBy({ slack }: Sandbox): readonly Shown[] {
  const shown: Shown[] = [];
  slack.subscribe((event) => {
    if (event.type !== 'posted' && event.type !== 'updated') return;
    const { message } = event;
    if (message.channel !== channel) return;
    shown.push({
      type: event.type,
      at: Date.now(),
      owner: ownerOf(message),
      isRoot: message.threadTs === undefined,
      ...(isDigest(message) ? { digestOf: countIn(message.text) } : {}),
    });
  });
  return shown;
}

/** Nothing waits any more, and the digest says how many there are. */
async function isTold(redis: Redis, shown: readonly Shown[], symptoms: number): Promise<boolean> {
  const digest = shown.findLast(({ digestOf }) => digestOf !== undefined);
  if (digest?.digestOf !== symptoms) return false;
  return (await redis.scard(keys.undrawn)) + (await redis.scard(keys.pagesOpen)) === 0;
}

/** Threads that are still asked for. */
async function drawingsLeft(connection: Redis): Promise<number> {
  const queue = new Queue(queueNames.announce, { connection, prefix: queuePrefix });
  try {
    return await queue.getJobCountByTypes('prioritized', 'delayed', 'waiting');
  } finally {
    await queue.close();
  }
}

function gaugeInto(file: string): string {
  const url = pathToFileURL(fileURLToPath(new URL('storm.gauge.mjs', import.meta.url)));
  url.searchParams.set('file', file);
  return url.href;
}

const costSchema = z.object({
  cpuMs: z.number(),
  lateMs: z.number(),
  latestMs: z.number(),
  megabytes: z.number(),
});

function costOf(file: string): z.infer<typeof costSchema> {
  return costSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
