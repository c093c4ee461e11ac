import type { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Locks } from '../../src/ledger/locks.ts';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack/index.ts';
import { connectSlack } from '../../src/slack/client.ts';
import { redrawLockNotices } from '../../src/slack/lock-notices.ts';
import { lockNotice } from '../../src/slack/messages/lock.ts';
import { actionsOf } from '../support/buttons.ts';
import { began } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const channel = 'C0DEPLOYS';
const reviewer = { by: 'U0REVIEWER', byName: 'reviewer' };
const minute = 60_000;
let slack: SlackSandbox;
let client: WebClient;
let locks: Locks;
let now: number;

beforeEach(async () => {
  slack = await startSlackSandbox({ limits: 'off' });
  client = connectSlack(slack, pino({ level: 'silent' }));
  locks = new Locks(redis.client());
  now = began;
});
afterEach(() => slack.stop());

/** As the command does: into the journal, and told. @returns the id of the message */
async function lock(reason = 'load test'): Promise<string> {
  const deliveryId = `lock-${now}`;
  await locks.lock({ environment: 'staging', reason, lastsMs: minute, ...reviewer, at: now, deliveryId });
  const held = await locks.of('staging', now);
  const { ts } = await client.chat.postMessage({ channel, ...lockNotice('staging', held!) });
  await locks.told('staging', { channel, ts: ts!, lockedAt: now });
  return ts!;
}

const redraw = () => redrawLockNotices('staging', { client, locks, now: () => now });
const seen = (ts: string) => slack.messages(channel).find((message) => message.ts === ts)!;
const updates = () => slack.calls().filter(({ method }) => method === 'chat.update').length;

describe('the notice of a lock', () => {
  it('stays while the lock holds', async () => {
    const ts = await lock();
    now += minute - 1;
    await redraw();
    expect(updates()).toBe(0);
    expect(actionsOf(seen(ts))).toEqual(['unlock']);
  });

  it('says so and has no button any more when the lock has run out, and is told once', async () => {
    const ts = await lock();
    now += minute;
    await redraw();
    expect(seen(ts).text).toMatch(
      /^\*The lock of staging has run out\*, <!date\^.*It was locked by reviewer: “load test”\.$/,
    );
    expect(actionsOf(seen(ts))).toEqual([]);
    await redraw();
    expect(updates()).toBe(1);
  });

  it('says who has unlocked, wherever that was', async () => {
    const ts = await lock();
    const unlock = { environment: 'staging', by: 'U0OPERATOR', byName: 'operator' };
    await locks.unlock({ ...unlock, at: now + 1, deliveryId: 'unlock' });
    // Long after: the end is the unlock all the same.
    now += 2 * minute;
    await redraw();
    expect(seen(ts).text).toBe('*staging is unlocked* by operator. It was locked by reviewer: “load test”.');
    expect(actionsOf(seen(ts))).toEqual([]);
  });

  it('gives way to the one of the lock that replaced it', async () => {
    const first = await lock();
    now += 1_000;
    const second = await lock('another load test');
    await redraw();
    expect(seen(first).text).toContain('*reviewer has set another lock of staging since.*');
    expect(actionsOf(seen(first))).toEqual([]);
    expect(actionsOf(seen(second))).toEqual(['unlock']);
  });

  it('is redrawn later when Slack does not take it now', async () => {
    const ts = await lock();
    now += minute;
    slack.faults.fail('chat.update', 'error-5xx');
    await expect(redraw()).rejects.toThrow();
    expect(actionsOf(seen(ts))).toEqual(['unlock']);
    await redraw();
    expect(actionsOf(seen(ts))).toEqual([]);
  });

  it('that somebody has deleted is not looked for again', async () => {
    const ts = await lock();
    await client.chat.delete({ channel, ts });
    now += minute;
    await redraw();
    await redraw();
    expect(updates()).toBe(1);
    expect(await locks.notices('staging')).toEqual([]);
  });
});
