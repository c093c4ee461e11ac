import { beforeEach, describe, expect, it } from 'vitest';
import { Leases, taken } from '../../src/ledger/leases.ts';
import { Monitors, type WatchWish } from '../../src/ledger/monitors.ts';
import { latch } from '../support/latch.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const at = 1_767_607_200_000;
const configured = { on: true };
const unconfigured = { on: false };

describe('who watches', () => {
  let monitors: Monitors;
  beforeEach(() => {
    monitors = new Monitors(redis.client());
  });
  const wish = (type: WatchWish['type'], more: Partial<WatchWish> = {}): WatchWish => ({
    type,
    at,
    by: 'U1',
    byName: 'operator',
    environment: 'staging',
    deliveryId: `${type}-${more.until ?? ''}`,
    ...more,
  });
  const on = async (policy: { on: boolean }, now = at) => (await monitors.state('staging', policy, now)).on;

  it('is the configuration until somebody says otherwise', async () => {
    expect(await monitors.state('staging', configured, at)).toEqual({ on: true });
    expect(await on(unconfigured)).toBe(false);
    await monitors.say(wish('stopped'));
    expect(await on(configured)).toBe(false);
    await monitors.say(wish('started'));
    expect(await on(unconfigured)).toBe(true);
  });

  it('is for ten minutes where somebody says so, and then the configuration', async () => {
    const until = at + 600_000;
    await monitors.say(wish('started', { until }));
    expect(await monitors.state('staging', unconfigured, until - 1)).toEqual({
      on: true,
      until,
      by: 'U1',
      byName: 'operator',
      at,
    });
    expect(await on(unconfigured, until)).toBe(false);
    expect(await on(configured, until)).toBe(true);
  });

  it('is written once for each delivery', async () => {
    expect(await monitors.say(wish('started'))).toBe('written');
    await monitors.say(wish('stopped'));
    expect(await monitors.say(wish('started'))).toBe('known');
    expect(await on(configured)).toBe(false);
  });
});

describe('a lease', () => {
  const key = 'lease';
  const signal = new AbortController().signal;

  it('lets one at a time work, and the next one when it is given back', async () => {
    const leases = new Leases(redis.client());
    const other = new Leases(redis.connect());
    const end = latch();
    const begun = latch();
    const first = leases.hold({ key, lastsMs: 60_000, signal }, async () => {
      begun.open();
      await end.opened;
      return 'done';
    });
    await begun.opened;
    const work = () => Promise.resolve('done');
    expect(await other.hold({ key, lastsMs: 60_000, signal }, work)).toBe(taken);
    end.open();
    expect(await first).toBe('done');
    expect(await other.hold({ key, lastsMs: 60_000, signal }, work)).toBe('done');
    expect(await redis.client().exists(key)).toBe(0);
  });

  it('is renewed while the work goes on, and ends by itself after a crash', async () => {
    const leases = new Leases(redis.client());
    const lastsMs = 300;
    const lasted = leases.hold({ key, lastsMs, signal }, async (held) => {
      const until = performance.now() + 3 * lastsMs;
      await expect.poll(() => performance.now() > until, { interval: 20 }).toBe(true);
      return held.aborted;
    });
    expect(await lasted).toBe(false);
    await redis.client().set(key, 'of a worker that is dead', 'PX', lastsMs);
    await expect
      .poll(() => leases.hold({ key, lastsMs, signal }, () => Promise.resolve('mine')))
      .toBe('mine');
  });

  it('tells the work when another one has it, and does not take it from that one', async () => {
    const leases = new Leases(redis.client());
    const reason = await leases.hold({ key, lastsMs: 300, signal }, async (held) => {
      await redis.client().set(key, 'of another');
      await new Promise((lost) => {
        held.addEventListener('abort', lost);
      });
      return String(held.reason);
    });
    expect(reason).toContain('was lost');
    expect(await redis.client().get(key)).toBe('of another');
  });
});
