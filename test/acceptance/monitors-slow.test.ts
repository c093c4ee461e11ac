import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Alerts } from '../../src/ledger/alerts.ts';
import { Series } from '../../src/ledger/series.ts';
import { fired, measured } from '../support/alerts.ts';
import {
  alertIn,
  always,
  everyMs,
  type Front,
  roundsMore,
  startFront,
  watching,
  withLedger,
} from '../support/monitored.ts';
import { startWorld, type World } from '../support/world.ts';

const minute = 60_000;
const rules = { connectionFailures: { limit: '10%' } };

describe.concurrent('over hours', () => {
  let world: World;
  let slow: Front;
  let often: Front;
  beforeAll(async () => {
    [slow, often] = await Promise.all([startFront(), startFront()]);
    const environments = { slow: { url: slow.url, rules }, often: { url: often.url, rules } };
    world = await startWorld({ config: watching(environments) });
    await world.start('start');
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([slow.stop(), often.stop()]);
  });

  it('a rate that only the long window shows pages once, and is resolved with how long it lasted', async () => {
    const alert = alertIn(world, 'slow', 'connectionFailures');
    // An hour hardly above the limit. Of the last five minutes all but the first rounds are at it, and no window of a
    // minute shows more than that.
    const before = 718;
    const now = Date.now();
    await withLedger(world, async (ledger) => {
      const series = new Series(ledger);
      for (let ago = before; ago > 0; ago -= 1) {
        const failures = ago <= 52 ? 1 : 1 + (ago % 2);
        const round = { tallies: { connectionFailures: { samples: 10, failures } }, blind: 0, diagnoses: [] };
        await series.add({ service: 'backend', environment: 'slow' }, { at: now - ago * everyMs, ...round });
      }
    });
    slow.behave((request) => (request % 10 === 0 ? 'cut' : 'answer'));
    await world.asked('/monitor slow start');
    const { text } = await alert.says('firing');
    expect(text).toContain('(limit 10 %)');
    expect(text).toMatch(/\*Measured\* 1[2-6] % of 7\d\d\d samples/);
    await world.until(() => (alert.pages().length > 0 ? true : undefined));
    slow.behave(always('answer'));
    const over = await alert.says('resolved');
    expect(over.text).toMatch(/\*resolved\* after (59 m|1 h)/);
    await world.until(() => (alert.pages().length > 1 ? true : undefined));
    expect(alert.pages()).toEqual(['trigger', 'resolve']);
    expect(alert.thread().roots).toHaveLength(1);
    await world.until(() => (alert.thread().order.length > 0 ? true : undefined));
    expect(alert.thread().order).toHaveLength(1);
  });

  it('what comes and goes is told in one thread, and wakes people once while it is folded', async () => {
    const alert = alertIn(world, 'often', 'connectionFailures');
    // Down and up twice within the last hour.
    await withLedger(world, async (ledger) => {
      const alerts = new Alerts(ledger, () => undefined);
      const ago = (minutes: number) => Date.now() - minutes * minute;
      const down = (at: number) => fired({ environment: 'often', symptom: 'connectionFailures', at });
      const up = (at: number) => ({ type: 'resolved', at, measured: measured(0) }) as const;
      for (const event of [down(ago(40)), up(ago(35)), down(ago(20)), up(ago(15))])
        await alerts.change(alert.key, { decide: () => ({ answer: undefined, event }) });
    });
    const { ts } = await alert.says('resolved');
    often.behave(always('cut'));
    await world.asked('/monitor often start');
    expect((await alert.says('firing')).ts).toBe(ts);
    await world.until(() => (alert.pages().length > 0 ? true : undefined));
    const folded = await world.until(() =>
      alert.thread().replies.find(({ text }) => text.includes('*Comes and goes* fired 3 times')),
    );
    const told = alert.thread().order.length;
    // Up for longer than ends a firing that does not come and go, and down again.
    often.behave(always('answer'));
    await roundsMore(world, 'often', 6);
    expect(alert.root()?.text).toContain('*firing*');
    often.behave(always('cut'));
    await roundsMore(world, 'often', 2);
    expect(alert.thread().roots).toHaveLength(1);
    expect(alert.thread().order).toHaveLength(told);
    expect(alert.thread().replies.find(({ ts: each }) => each === folded.ts)?.text).toContain('3 times');
    expect(alert.pages()).toEqual(['trigger']);
  });
});
