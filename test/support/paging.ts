import { pino } from 'pino';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { requestPage, type TellFailed } from '../../jobs/page.ts';
import { type PageWorker, startPages } from '../../jobs/pages.ts';
import type { Page, Teams } from '../../src/domain/page/page.ts';
import { Pages } from '../../src/ledger/pages.ts';
import { pagersOf } from '../../src/pages/pagers.ts';
import type { ReceiverName } from '../../src/sandbox/pages/incidents.ts';
import { type PagesSandbox, startPagesSandbox } from '../../src/sandbox/pages/index.ts';
import { page, waysTo } from './pages.ts';
import { useRedis } from './redis.ts';

export const patience = { timeout: 60_000 };
/** Long enough that a page that is not tried again is seen, short enough to wait for none. */
const backOff = { firstMs: 2, mostMs: 20 };

interface StartOptions {
  readonly tellFailed?: TellFailed;
  /** The ledger as the worker reads it. */
  readonly read?: Pages;
}

/** Stand-ins and a Redis for each test of a file, and workers that deliver to them. */
export function usePaging() {
  const redis = useRedis();
  const open: PageWorker[] = [];
  let standIns: PagesSandbox;
  let pages: Pages;
  const state = {
    teams: {} as Record<string, Teams[string]>,
    /** What was told of pages that did not arrive. */
    told: [] as string[],
    /** What ahead of the real clock everybody believes it is. */
    ahead: 0,
  };
  const now = () => Date.now() + state.ahead;
  beforeEach(async () => {
    standIns = await startPagesSandbox();
    const { pagerduty, opsgenie, webhook } = waysTo(standIns);
    pages = new Pages(redis.client());
    Object.assign(state, {
      teams: { operations: [pagerduty], all: [pagerduty, opsgenie, webhook] },
      told: [],
      ahead: 0,
    });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((worker) => worker.close()));
    await standIns.stop();
  });
  const tell: TellFailed = ({ team, action }, way, reason) => {
    state.told.push(`${team} ${action} ${way}: ${reason}`);
    return Promise.resolve();
  };
  const close = async (worker: PageWorker) => {
    open.splice(open.indexOf(worker), 1);
    await worker.close();
  };
  return {
    state,
    now,
    tell,
    close,
    connect: () => redis.connect(),
    standIns: () => standIns,
    pages: () => pages,
    start: ({ tellFailed = tell, read = pages }: StartOptions = {}): PageWorker => {
      const pagerOf = pagersOf(state.teams, () => {
        throw new Error('not here');
      });
      const log = pino({ level: 'silent' });
      const worker = startPages({
        connection: redis.connect(),
        backOff,
        pages: read,
        pagerOf,
        tellFailed,
        log,
        now,
      });
      open.push(worker);
      return worker;
    },
    ask: async ({ queue }: PageWorker, change: Partial<Page> = {}) =>
      requestPage(page(change), { teams: state.teams, pages, queue, now }),
    /** Waits until nothing waits. */
    delivered: async () =>
      vi.waitFor(async () => {
        expect(await pages.undelivered()).toEqual([]);
      }, patience),
    /** Waits until a request waits in a hold. */
    held: async (way: ReceiverName) =>
      vi.waitFor(() => {
        expect(standIns.faults[way].held()).toBe(1);
      }, patience),
    actions: (way: ReceiverName = 'pagerduty') => standIns.received(way).map(({ action }) => action),
  };
}
