import { beforeEach, describe, expect, it } from 'vitest';
import { pageId, pageLine } from '../../src/domain/page/line.ts';
import { keys } from '../../src/ledger/keys.ts';
import { Pages } from '../../src/ledger/pages.ts';
import { began, page } from '../support/pages.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
let pages: Pages;
beforeEach(() => {
  pages = new Pages(redis.client());
});

const now = began + 30_000;
const line = pageLine(page(), 'pagerduty');
const ask = async (change: Parameters<typeof page>[0] = {}) =>
  pages.request({ page: page(change), ways: ['pagerduty'], now });

/** What the line gives, oldest first, each delivered. */
async function drain(): Promise<readonly string[]> {
  const actions: string[] = [];
  for (;;) {
    const waiting = await pages.next(line);
    if (waiting === undefined) return actions;
    actions.push(waiting.page.action);
    await pages.done(line, waiting, { kind: 'delivered', at: now });
  }
}

describe('a page', () => {
  it('waits in the line of each way until it is delivered', async () => {
    const lines = await pages.request({ page: page(), ways: ['pagerduty', 'webhook'], now });
    expect(lines).toEqual([line, pageLine(page(), 'webhook')]);
    expect((await pages.undelivered()).toSorted()).toEqual(lines.toSorted());
    const waiting = await pages.next(line);
    expect(waiting).toEqual({
      id: pageId(page(), 'pagerduty'),
      page: page(),
      way: 'pagerduty',
      requestedAt: now,
    });
    expect(await pages.outcome(page(), 'pagerduty')).toBeUndefined();
    await pages.done(line, waiting!, { kind: 'delivered', at: now + 1 });
    expect(await pages.next(line)).toBeUndefined();
    expect(await pages.outcome(page(), 'pagerduty')).toEqual({ kind: 'delivered', at: now + 1 });
    expect(await pages.undelivered()).toEqual([pageLine(page(), 'webhook')]);
  });

  it('asked for many times at once, and again when it has arrived, is one', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, () => ask()));
    expect(asked.flat()).toEqual([line]);
    expect(await drain()).toEqual(['trigger']);
    expect(await ask({ summary: 'worse' })).toEqual([]);
    expect(await drain()).toEqual([]);
  });

  it('of the next firing is another', async () => {
    await ask();
    await ask({ action: 'resolve' });
    await ask({ at: began + 60_000 });
    expect(await drain()).toEqual(['trigger', 'resolve', 'trigger']);
  });

  it('that was tried is known to be', async () => {
    await ask();
    const waiting = (await pages.next(line))!;
    expect(await pages.trying(waiting)).toBe(false);
    expect(await pages.trying(waiting)).toBe(true);
  });

  it('is forgotten after eight days, on time also when it was delivered', async () => {
    await ask();
    await ask({ action: 'resolve' });
    await drain();
    const stored = await redis.client().keys('*');
    expect(stored).toHaveLength(3);
    for (const key of stored) {
      expect(await redis.client().ttl(key)).toBeGreaterThan(8 * 86_400 - 60);
      expect(await redis.client().ttl(key)).toBeLessThanOrEqual(8 * 86_400);
    }
  });

  it('that was forgotten while it waited does not stop the next', async () => {
    await ask();
    await ask({ action: 'resolve' });
    await redis.client().del(keys.page(pageId(page(), 'pagerduty')));
    expect(await drain()).toEqual(['resolve']);
    expect(await pages.undelivered()).toEqual([]);
  });
});

describe('order', () => {
  it('is that in which pages were asked for', async () => {
    for (const action of ['trigger', 'acknowledge', 'resolve'] as const) await ask({ action });
    expect(await drain()).toEqual(['trigger', 'acknowledge', 'resolve']);
  });

  it('a trigger that is asked for after its resolution opens nothing', async () => {
    expect(await ask({ action: 'resolve' })).toEqual([line]);
    expect(await ask()).toEqual([]);
    expect(await ask({ action: 'acknowledge' })).toEqual([]);
    expect(await drain()).toEqual(['resolve']);
    expect(await ask({ at: began + 1 })).toEqual([line]);
  });

  it('a resolution that bears the time of the end closes what began before', async () => {
    await ask({ action: 'resolve', at: began + 60_000 });
    expect(await ask({ at: began + 59_999 })).toEqual([]);
    // An older resolution that comes late takes nothing back.
    await ask({ action: 'resolve', at: began });
    expect(await ask({ at: began + 59_999 })).toEqual([]);
    expect(await ask({ at: began + 60_001 })).toEqual([line]);
  });

  it('a worker that was slow takes no page but its own from the line', async () => {
    await ask();
    await ask({ action: 'resolve' });
    const slow = (await pages.next(line))!;
    await pages.done(line, slow, { kind: 'delivered', at: now });
    await pages.done(line, slow, { kind: 'refused', at: now + 1, reason: 'late' });
    expect(await drain()).toEqual(['resolve']);
    expect(await pages.outcome(page(), 'pagerduty')).toEqual({ kind: 'delivered', at: now });
  });
});
