import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { parse, stringify } from 'yaml';
import { expect, it, vi } from 'vitest';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { Alerts } from '../../src/ledger/alerts.ts';
import { keys } from '../../src/ledger/keys.ts';
import { Pages } from '../../src/ledger/pages.ts';
import { Series } from '../../src/ledger/series.ts';
import { workerConnection } from '../../src/queue/connection.ts';
import { queuePrefix } from '../../src/queue/names.ts';
import { pagesQueue } from '../../src/queue/pages.ts';
import { changing, pagerduty, withoutValidation } from './example.ts';
import { type Front, startFront } from './front.ts';
import { patience, startWorld, type World } from './world.ts';

const everyMs = 5_000;
const target = { environment: 'staging', service: 'backend' };
const key = 'staging/backend/serverErrors';
/** Of its thread. */
export const alert = `alert:${key}#1`;

export const opsgenie = { key: '${env:OPSGENIE_KEY}', url: '${env:OPSGENIE_URL}' };

export interface WatchedOptions {
  /** Default: PagerDuty wakes operations. */
  readonly pages?: object;
  /** Beside how often, and which rule. Default: watched without being asked. */
  readonly monitors?: object;
}

/** One service, whose users come through this load balancer, looked at each 5 s. */
export const watched =
  (front: string, { pages = { operations: { pagerduty } }, monitors = {} }: WatchedOptions = {}) =>
  (yaml: string): string => {
    const changed = changing(({ environments: { staging } }) => {
      const off = { off: true };
      const rules = { connectionFailures: off, handshakeFailures: off, timeouts: off };
      Object.assign(staging!, {
        services: ['backend'],
        loadBalancer: { urls: { backend: front } },
        monitors: { every: '5s', rules, ...monitors },
      });
    })(withoutValidation(yaml));
    return stringify({ ...(parse(changed) as object), pages });
  };

/** What slipway has written down, read by a connection of the test's own. */
export interface Kept {
  alert(): Promise<Alert | undefined>;
  /** When each round was, milliseconds since 1970, oldest first. */
  rounds(): Promise<readonly number[]>;
  /** Waits for so many rounds after this time. */
  roundsAfter(time: number, count: number): Promise<void>;
  /** Waits until every page has left and every thread is drawn; a page that waits to be tried again is tried now. */
  done(): Promise<void>;
  close(): Promise<void>;
}

function keptIn(world: World): Kept {
  const redis = new Redis(world.redis.url, workerConnection);
  redis.on('error', () => undefined);
  const queue = new Queue(pagesQueue, { connection: redis, prefix: queuePrefix });
  queue.on('error', () => undefined);
  const alerts = new Alerts(redis, () => undefined);
  const pages = new Pages(redis);
  const series = new Series(redis);
  const rounds = async () => (await series.since(target, 0)).map(({ at }) => at);
  return {
    alert: () => alerts.alert(key),
    rounds,
    roundsAfter: (time, count) =>
      vi.waitFor(async () => {
        const after = (await rounds()).filter((at) => at > time);
        expect(after.length).toBeGreaterThanOrEqual(count);
      }, patience),
    done: () =>
      vi.waitFor(async () => {
        // Losing the race against the end of the delay is no error.
        for (const job of await queue.getDelayed()) await job.promote().catch(() => undefined);
        expect(await pages.undelivered()).toEqual([]);
        expect(await redis.smembers(keys.undrawn)).toEqual([]);
      }, patience),
    close: async () => {
      await queue.close();
      redis.disconnect();
    },
  };
}

export interface Scene {
  readonly world: World;
  readonly front: Front;
  readonly kept: Kept;
  /** Waits until PagerDuty has taken, or not answered, so many requests. */
  readonly asked: (count: number) => Promise<void>;
  /** Waits until the root of the alert says so. */
  readonly says: (word: string) => Promise<void>;
}

async function startScene(options: WatchedOptions): Promise<Scene & { stop(): Promise<void> }> {
  const front = await startFront();
  const world = await startWorld({ config: watched(front.url, options) });
  const kept = keptIn(world);
  return {
    world,
    front,
    kept,
    asked: (count) =>
      vi.waitFor(() => {
        expect(world.pages.answers('pagerduty').length).toBeGreaterThanOrEqual(count);
      }, patience),
    says: async (word) => {
      await world.until(() => world.thread(alert).roots.find(({ text }) => text.includes(word)));
    },
    stop: async () => {
      await kept.close();
      await world.stop();
      await front.stop();
    },
  };
}

/** A story of one service that is watched; it starts its own processes, because it kills them. */
export function watchedStory(options: WatchedOptions = {}) {
  return it.extend<{ scene: Scene }>({
    scene: async ({ task }, use) => {
      const scene = await startScene(options);
      try {
        await use(scene);
        if (task.result?.state === 'fail') console.error(`${task.name}\n${scene.world.remains()}`);
      } finally {
        await scene.stop();
      }
    },
  });
}

/** What came to one of the ways, in words. */
export const actionsOn = ({ pages }: World, way: 'pagerduty' | 'opsgenie' = 'pagerduty') =>
  pages.received(way).map(({ action }) => action);

/** One root, which is over, and each reply once. */
export function expectWhole(world: World): void {
  const { roots, order } = world.thread(alert);
  expect(roots.map(({ text }) => text.split('\n')[0])).toEqual([expect.stringContaining('*resolved*')]);
  expect(order).toEqual([expect.stringMatching(/^resolved-/)]);
}

/** Nothing was made good later, and no two rounds side by side: one may be late, the next one is in time. */
export function expectSpread(rounds: readonly number[]): void {
  const apart = rounds.slice(2).map((at, index) => at - (rounds[index] ?? 0));
  expect(Math.min(...apart)).toBeGreaterThan(everyMs / 2);
}
