import { Queue } from 'bullmq';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requestPage, type TellFailed } from '../../jobs/page.ts';
import { type PageWorker, startPages } from '../../jobs/pages.ts';
import { pageLine } from '../../src/domain/page/line.ts';
import type { Page, Teams } from '../../src/domain/page/page.ts';
import { Pages } from '../../src/ledger/pages.ts';
import { pagersOf } from '../../src/pages/pagers.ts';
import { queuePrefix } from '../../src/queue/names.ts';
import { pagesQueue } from '../../src/queue/pages.ts';
import { type PagesSandbox, startPagesSandbox } from '../../src/sandbox/pages/index.ts';
import { page, waysTo } from '../support/pages.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const patience = { timeout: 60_000 };
/** Long enough that a page that is not tried again is seen, short enough to wait for none. */
const backOff = { firstMs: 2, mostMs: 20 };

let standIns: PagesSandbox;
let teams: Record<string, Teams[string]>;
let pages: Pages;
let workers: PageWorker[];
let told: string[];
/** What ahead of the real clock everybody believes it is. */
let ahead: number;
const now = () => Date.now() + ahead;

beforeEach(async () => {
  standIns = await startPagesSandbox();
  const { pagerduty, opsgenie, webhook } = waysTo(standIns);
  teams = { operations: [pagerduty], all: [pagerduty, opsgenie, webhook] };
  pages = new Pages(redis.client());
  workers = [];
  told = [];
  ahead = 0;
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await standIns.stop();
});

const tell: TellFailed = ({ team, action }, way, reason) => {
  told.push(`${team} ${action} ${way}: ${reason}`);
  return Promise.resolve();
};

function start(tellFailed = tell): PageWorker {
  const pagerOf = pagersOf(teams, () => {
    throw new Error('not here');
  });
  const worker = startPages({
    connection: redis.connect(),
    backOff,
    pages,
    pagerOf,
    tellFailed,
    log: pino({ level: 'silent' }),
    now,
  });
  workers.push(worker);
  return worker;
}

const ask = async ({ queue }: PageWorker, change: Partial<Page> = {}) =>
  requestPage(page(change), { teams, pages, queue, now });

/** Waits until nothing waits. */
async function delivered(): Promise<void> {
  await vi.waitFor(async () => {
    expect(await pages.undelivered()).toEqual([]);
  }, patience);
}

const actions = (way: 'pagerduty' | 'opsgenie' | 'webhook' = 'pagerduty') =>
  standIns.received(way).map(({ action }) => action);

describe('a page', () => {
  it('goes to a team on all its ways, in order', async () => {
    const worker = start();
    for (const action of ['trigger', 'acknowledge', 'resolve'] as const)
      expect(await ask(worker, { team: 'all', action })).toBe(true);
    await delivered();
    for (const way of ['pagerduty', 'opsgenie', 'webhook'] as const)
      expect(actions(way)).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(standIns.incidents().map(({ state, woken }) => [state, woken])).toEqual(
      Array.from({ length: 3 }, () => ['closed', 1]),
    );
  });

  it('that is asked for again is not sent again', async () => {
    const worker = start();
    for (let times = 0; times < 5; times += 1) await ask(worker);
    await delivered();
    await ask(worker);
    // Whatever the repeat might have sent would stand before this one.
    await ask(worker, { action: 'resolve' });
    await delivered();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('of nobody is nobody’s', async () => {
    expect(await ask(start(), { team: 'constructor' })).toBe(false);
    expect(await pages.undelivered()).toEqual([]);
  });

  it('to a team that is gone from the configuration is told, and does not wait', async () => {
    const before = start();
    await before.close();
    await pages.request({ page: page(), ways: ['pagerduty'], now: now() });
    teams = {};
    await start().sweep();
    await delivered();
    expect(told).toEqual([
      'operations trigger pagerduty: slipway.yaml has no pagerduty for operations any more',
    ]);
  });
});

describe('an outage', () => {
  it('is outlasted, and the resolution waits for its trigger', async () => {
    const { pagerduty: faults } = standIns.faults;
    faults.down(true);
    const worker = start();
    await ask(worker);
    await ask(worker, { action: 'resolve' });
    await ask(worker, { dedupKey: 'staging/auth/timeouts' });
    await vi.waitFor(() => {
      expect(standIns.answers('pagerduty').length).toBeGreaterThan(10);
    }, patience);
    expect(actions()).toEqual([]);
    faults.down(false);
    await delivered();
    const { dedupKey } = page();
    const own = standIns.received('pagerduty').filter(({ key }) => key === dedupKey);
    expect(own.map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    expect(standIns.incidents().map(({ key, state }) => [key, state])).toContainEqual([
      'staging/auth/timeouts',
      'open',
    ]);
    expect(told).toEqual([]);
  });

  it('of one way holds up no other', async () => {
    standIns.faults.pagerduty.down(true);
    await ask(start(), { team: 'all' });
    await vi.waitFor(() => {
      expect([...actions('opsgenie'), ...actions('webhook')]).toEqual(['trigger', 'trigger']);
    }, patience);
    expect(actions()).toEqual([]);
  });

  it('in which answers get lost wakes once', async () => {
    const { pagerduty: faults } = standIns.faults;
    faults.fail('drop-after', 3);
    faults.rateLimit(undefined, 2);
    faults.fail('error-5xx', 2);
    await ask(start());
    await delivered();
    expect(actions()).toEqual(['trigger', 'trigger', 'trigger', 'trigger']);
    expect(standIns.incidents().map(({ woken }) => woken)).toEqual([1]);
  });

  it('of more than a day ends in words', async () => {
    standIns.faults.pagerduty.down(true);
    const worker = start();
    await ask(worker);
    await vi.waitFor(() => {
      expect(standIns.answers('pagerduty').length).toBeGreaterThan(1);
    }, patience);
    ahead = 23.9 * 3_600_000;
    const tried = standIns.answers('pagerduty').length;
    await vi.waitFor(() => {
      expect(standIns.answers('pagerduty').length).toBeGreaterThan(tried + 1);
    }, patience);
    expect(told).toEqual([]);
    ahead = 24.1 * 3_600_000;
    await delivered();
    expect(told).toEqual(['operations trigger pagerduty: it could not be delivered for a day']);
    expect(await pages.outcome(page(), 'pagerduty')).toMatchObject({ kind: 'given-up' });
  });
});

it('quiet is kept for as long as it was asked for', async () => {
  standIns.faults.opsgenie.rateLimit(1);
  await ask(start(), { team: 'all' });
  await delivered();
  const [, second] = standIns.answers('opsgenie');
  expect(second).toBe(202);
  const [taken] = standIns.received('opsgenie');
  const [other] = standIns.received('webhook');
  expect(taken!.at - other!.at).toBeGreaterThan(700);
});

describe('a refusal', () => {
  it('is told, and never tried again', async () => {
    teams['operations'] = [{ ...waysTo(standIns).pagerduty, routingKey: 'X'.repeat(32) }];
    const worker = start();
    await ask(worker);
    await ask(worker, { action: 'resolve' });
    await delivered();
    expect(standIns.answers('pagerduty')).toEqual([400, 400]);
    expect(told).toEqual([
      "operations trigger pagerduty: PagerDuty answered 400: Event object is invalid; 'routing_key' is not known",
      "operations resolve pagerduty: PagerDuty answered 400: Event object is invalid; 'routing_key' is not known",
    ]);
    expect(told.join()).not.toContain('XXXX');
    expect(await pages.outcome(page(), 'pagerduty')).toMatchObject({ kind: 'refused' });
  });

  it('that could not be told waits until it can', async () => {
    teams['operations'] = [{ ...waysTo(standIns).pagerduty, routingKey: 'X'.repeat(32) }];
    let tries = 0;
    const worker = start((...what) => {
      tries += 1;
      return tries < 3 ? Promise.reject(new Error('Slack is away')) : tell(...what);
    });
    await ask(worker);
    await delivered();
    expect(tries).toBe(3);
    expect(told).toHaveLength(1);
  });
});

describe('the sweep', () => {
  it('puts a page back whose job was lost, or that was written down and not put on the queue', async () => {
    const worker = start();
    standIns.faults.pagerduty.down(true);
    await ask(worker);
    const jobs = new Queue(pagesQueue, { connection: redis.connect(), prefix: queuePrefix });
    await worker.close();
    await jobs.obliterate({ force: true });
    await jobs.close();
    await pages.request({ page: page({ team: 'all' }), ways: ['webhook'], now: now() });
    standIns.faults.pagerduty.down(false);
    const next = start();
    await next.ready();
    expect(actions()).toEqual([]);
    await next.sweep();
    await next.sweep();
    await delivered();
    expect(actions()).toEqual(['trigger']);
    expect(actions('webhook')).toEqual(['trigger']);
  });

  it('disturbs no page that is on its way', async () => {
    const release = standIns.faults.pagerduty.hold('after');
    const worker = start();
    await ask(worker);
    await vi.waitFor(() => {
      expect(standIns.faults.pagerduty.held()).toBe(1);
    }, patience);
    await worker.sweep();
    await start().sweep();
    release();
    await delivered();
    await ask(worker, { action: 'resolve' });
    await delivered();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });
});

it('a page that comes while its line is being delivered goes with it or right after it', async () => {
  const worker = start();
  const others = ['acknowledge', 'resolve'] as const;
  const keys = Array.from({ length: 30 }, (_, index) => `staging/backend/${index}`);
  await Promise.all(
    keys.map(async (dedupKey) => {
      await ask(worker, { dedupKey });
      for (const action of others) await ask(worker, { dedupKey, action });
    }),
  );
  // No sweep runs here: a page that was overlooked would wait for ever.
  await delivered();
  for (const dedupKey of keys) {
    const own = standIns.received().filter(({ key }) => key === dedupKey);
    expect(own.map(({ action }) => action)).toEqual(['trigger', ...others]);
  }
});

it('a worker that is asked to end gives its page back at once', async () => {
  const release = standIns.faults.pagerduty.hold('before');
  const first = start();
  await ask(first);
  await vi.waitFor(() => {
    expect(standIns.faults.pagerduty.held()).toBe(1);
  }, patience);
  const line = pageLine(page(), 'pagerduty');
  await first.close();
  workers.splice(workers.indexOf(first), 1);
  expect(await pages.undelivered()).toEqual([line]);
  // It did not fail, so it waits for nothing.
  const jobs = new Queue(pagesQueue, { connection: redis.connect(), prefix: queuePrefix });
  expect(await jobs.getJob(line)).toMatchObject({ attemptsMade: 0 });
  await jobs.close();
  release();
  start();
  await delivered();
  expect(standIns.incidents().map(({ woken }) => woken)).toEqual([1]);
});
