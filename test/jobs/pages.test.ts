import { Queue } from 'bullmq';
import { describe, expect, it, vi } from 'vitest';
import { pageLine } from '../../src/domain/page/line.ts';
import { Pages } from '../../src/ledger/pages.ts';
import { queuePrefix } from '../../src/queue/names.ts';
import { pagesQueue } from '../../src/queue/pages.ts';
import { page } from '../support/pages.ts';
import { patience, usePaging } from '../support/paging.ts';

const { now, close, connect, standIns, pages, start, ask, delivered, held, actions } = usePaging();

describe('the sweep', () => {
  it('puts a page back whose job was lost, or that was written down and not put on the queue', async () => {
    const worker = start();
    standIns().faults.pagerduty.down(true);
    await ask(worker);
    const jobs = new Queue(pagesQueue, { connection: connect(), prefix: queuePrefix });
    await close(worker);
    await jobs.obliterate({ force: true });
    await jobs.close();
    await pages().request({ page: page({ team: 'all' }), ways: ['webhook'], now: now() });
    standIns().faults.pagerduty.down(false);
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
    const release = standIns().faults.pagerduty.hold('after');
    const worker = start();
    await ask(worker);
    await held('pagerduty');
    await worker.sweep();
    await start().sweep();
    release();
    await delivered();
    await ask(worker, { action: 'resolve' });
    await delivered();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });
});

it('a page that comes between the last look of a job and its end waits for no sweep', async () => {
  let came = false;
  class Late extends Pages {
    override async next(line: string) {
      const waiting = await super.next(line);
      if (waiting === undefined && !came) {
        came = true;
        await ask(worker, { action: 'resolve' });
      }
      return waiting;
    }
  }
  const worker = start({ read: new Late(connect()) });
  await ask(worker);
  await vi.waitFor(() => {
    expect(actions()).toEqual(['trigger', 'resolve']);
  }, patience);
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
    const own = standIns()
      .received()
      .filter(({ key }) => key === dedupKey);
    expect(own.map(({ action }) => action)).toEqual(['trigger', ...others]);
  }
});

it('a worker that is asked to end gives its page back at once', async () => {
  const release = standIns().faults.pagerduty.hold('before');
  const first = start();
  await ask(first);
  await held('pagerduty');
  const line = pageLine(page(), 'pagerduty');
  await close(first);
  expect(await pages().undelivered()).toEqual([line]);
  // It did not fail, so it waits for nothing.
  const jobs = new Queue(pagesQueue, { connection: connect(), prefix: queuePrefix });
  expect(await jobs.getJob(line)).toMatchObject({ attemptsMade: 0 });
  await jobs.close();
  release();
  start();
  await delivered();
  expect(
    standIns()
      .incidents()
      .map(({ woken }) => woken),
  ).toEqual([1]);
});
