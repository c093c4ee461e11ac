import type { Job } from 'bullmq';
import { Worker } from 'bullmq';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { announce } from '../../jobs/announce.ts';
import type { AlertSources } from '../../jobs/threads/alert.ts';
import { alertThreadId } from '../../src/domain/alert/thread.ts';
import { updateEveryMs } from '../../src/domain/pace.ts';
import { type DueSources, dueAt } from '../../src/ledger/due.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { Sights } from '../../src/ledger/sights.ts';
import { Storms } from '../../src/ledger/storms.ts';
import { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import { announceLimit, type Payload, queueNames, queuePrefix } from '../../src/queue/names.ts';
import { Producer } from '../../src/queue/producer.ts';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack/index.ts';
import { connectSlack } from '../../src/slack/client.ts';
import {
  acknowledged,
  after,
  fired,
  MemoryAlerts,
  resolved,
  sourcesOf,
  symptomsOf,
} from '../support/alerts.ts';
import { began, requested } from '../support/operations.ts';
import { nothingAround } from '../support/thread.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const patience = { timeout: 60_000 };
const closing: { close(): Promise<unknown> }[] = [];
let slack: SlackSandbox;
let alerts: MemoryAlerts;
let ledger: Ledger;
let notes: ThreadNotes;
let storms: Storms;
let sights: Sights;
let due: DueSources;
let producer: Producer;
let sources: AlertSources;
let held: number[];

beforeEach(async () => {
  slack = await startSlackSandbox({ limits: 'off' });
  held = [];
  alerts = new MemoryAlerts();
  ledger = new Ledger(redis.client(), () => undefined);
  notes = new ThreadNotes(redis.client());
  storms = new Storms(redis.client());
  sights = new Sights(redis.client(), () => undefined);
  due = { notes, alerts, storms, sights };
  producer = new Producer(redis.connect(), {
    onError: () => undefined,
    dueAt: (id) => dueAt(id, due),
  });
  sources = sourcesOf(alerts, { storms, producer });
  closing.push(producer);
});
afterEach(async () => {
  for (const part of closing.splice(0).reverse()) await part.close();
  await slack.stop();
});

function startAnnouncer(limiter = { max: 1_000, duration: 1_000 }): void {
  const worker = new Worker<Payload, void>(
    queueNames.announce,
    async (job: Job<Payload>, token?: string) =>
      announce(job, token ?? '', {
        ledger,
        alerts: sources,
        sights,
        operations: nothingAround,
        notes,
        home: { changed: () => Promise.resolve() },
        client: connectSlack(slack, pino({ level: 'silent' })),
        now: Date.now,
        holdBack: async (ms) => {
          held.push(ms);
          await producer.holdBack(ms);
        },
      }),
    { connection: redis.connect(), prefix: queuePrefix, concurrency: 4, limiter },
  );
  closing.push(worker);
}

const ask = (key: string, urgent = true) => producer.announce({ operation: alertThreadId(key), urgent });
const texts = () => slack.messages('C0DEPLOYS').map(({ text }) => text.split('\n')[0] ?? '');
const roots = () => slack.messages('C0DEPLOYS').filter(({ threadTs }) => threadTs === undefined);
const ids = () => roots().map(({ metadata }) => (metadata?.event_payload as { operation: string }).operation);
const drawn = () =>
  vi.waitFor(() => {
    expect(alerts.undrawn.size).toBe(0);
  }, patience);

describe('the thread of an alert', () => {
  it('is a root, and a reply for what matters, each posted once', async () => {
    startAnnouncer();
    const key = alerts.fire();
    await ask(key);
    await drawn();
    expect(ids()).toEqual([`alert:${key}#1`]);
    alerts.append(key, acknowledged());
    await Promise.all([ask(key), ask(key), ask(key, false)]);
    await drawn();
    expect(texts()).toHaveLength(2);
    expect(texts()[0]).toContain('*acknowledged* by reviewer');
    expect(texts()[1]).toContain('*Acknowledged* by reviewer, 3 m after it fired');
    await ask(key);
    await vi.waitFor(() => {
      expect(slack.calls()).toHaveLength(3);
    }, patience);
  });

  it('waits its turn between two updates where the queue knows of it', async () => {
    startAnnouncer();
    const key = alerts.fire();
    await ask(key);
    await drawn();
    const [posted] = slack.calls();
    alerts.append(key, acknowledged());
    await ask(key);
    await drawn();
    const update = slack.calls().find(({ method }) => method === 'chat.update');
    expect(update!.at - posted!.at).toBeGreaterThanOrEqual(updateEveryMs - 200);
    expect(await dueAt(alertThreadId(key), due)).toBeGreaterThan(Date.now());
    expect(await dueAt(alertThreadId('staging/other/timeouts'), due)).toBe(0);
  });

  it('goes on when it fires again, and begins anew with the next number', async () => {
    startAnnouncer();
    const key = alerts.fire();
    alerts.append(key, resolved(5), fired({ at: after(10) }));
    await ask(key);
    await drawn();
    expect(ids()).toEqual([`alert:${key}#1`]);
    expect(texts()[0]).toContain('*firing*');
    expect(texts()[2]).toContain('*Firing again*');
    alerts.append(key, resolved(20), fired({ at: after(3_000), thread: 2 }));
    await ask(key);
    await drawn();
    expect(ids()).toEqual([`alert:${key}#1`, `alert:${key}#2`]);
    expect(await notes.operationAt('C0DEPLOYS', roots()[1]!.ts)).toBe(`alert:${key}#2`);
  });

  it('is found again when the worker died between the post and its note', async () => {
    const key = alerts.fire();
    // Later than the clock of the sandbox's messages cannot be: the story happens now.
    alerts.journals.set(key, [fired({ at: Date.now() })]);
    slack.faults.fail('chat.postMessage', 'drop-after');
    startAnnouncer();
    await ask(key);
    await drawn();
    expect(ids()).toEqual([`alert:${key}#1`]);
    expect(slack.calls().map(({ method }) => method)).toContain('conversations.history');
    alerts.append(key, { ...acknowledged(), at: Date.now() });
    slack.faults.fail('chat.postMessage', 'drop-after');
    await ask(key);
    await drawn();
    expect(texts().filter((text) => text.startsWith('*Acknowledged*'))).toHaveLength(1);
    expect(slack.calls().map(({ method }) => method)).toContain('conversations.replies');
  });

  it('holds all announcers back for as long as Slack asks', async () => {
    slack.faults.rateLimit('chat.postMessage', 1);
    startAnnouncer();
    const key = alerts.fire();
    await ask(key);
    await drawn();
    expect(held).toEqual([1_000]);
    const posts = slack.calls().filter(({ method }) => method === 'chat.postMessage');
    expect(posts.map(({ ok }) => ok)).toEqual([false, true]);
  });

  it('that nobody knows is not drawn', async () => {
    startAnnouncer();
    const key = alerts.fire({ service: 'auth' });
    await ask('staging/backend/timeouts');
    await ask(key);
    await drawn();
    expect(ids()).toEqual([`alert:${key}#1`]);
  });
});

describe('an outage', () => {
  const fire = (count: number, apartMs = 100) =>
    Array.from({ length: count }, (_, index) =>
      alerts.fire({
        service: `service-${Math.floor(index / 5)}`,
        symptom: symptomsOf(index),
        at: began + index * apartMs,
      }),
    );

  it('of five alerts is five threads', async () => {
    for (const key of fire(5)) await ask(key);
    startAnnouncer();
    await drawn();
    expect(ids().every((id) => id.startsWith('alert:'))).toBe(true);
    expect(ids()).toHaveLength(5);
  });

  it('of more within a minute is told together as well, and kept up to date', async () => {
    const keys = fire(12);
    for (const key of keys) await ask(key);
    startAnnouncer();
    await drawn();
    const digest = () => slack.messages('C0DEPLOYS').filter(({ text }) => text.includes('alerts in staging'));
    expect(ids().filter((id) => id.startsWith('storm:'))).toEqual([`storm:staging#${began}`]);
    expect(digest()[0]?.text).toContain('*12 alerts in staging* · 12 firing');
    for (const key of keys) alerts.append(key, resolved());
    for (const key of keys) await ask(key);
    await drawn();
    await vi.waitFor(() => {
      expect(digest()[0]?.text).toContain('12 alerts in staging* · all resolved');
    }, patience);
    expect(digest()).toHaveLength(1);
    expect(roots()).toHaveLength(13);
  });

  it('of alerts far apart, or in a trial, is no digest', async () => {
    for (const key of fire(12, 20_000)) await ask(key);
    for (let index = 0; index < 12; index += 1)
      await ask(alerts.fire({ service: `trial-${index}`, dryRun: true, symptom: 'journeys' }));
    startAnnouncer();
    await drawn();
    expect(ids().filter((id) => id.startsWith('storm:'))).toEqual([]);
  });

  it('of 500 is one digest among the first messages; an approval passes the rest', async () => {
    await Promise.all(fire(500).map((key) => ask(key)));
    // The order of messages is the same at any pace; that the usual one is Slack's is told in test/queue/pace.test.ts.
    const { max, duration } = announceLimit(48);
    startAnnouncer({ max, duration: duration / 10 });
    await vi.waitFor(() => {
      expect(texts().some((text) => text.includes('*500 alerts in staging*'))).toBe(true);
    }, patience);
    expect(roots().findIndex(({ text }) => text.includes('500 alerts in staging'))).toBeLessThan(8);
    const { type: _, number: __, uid: ___, ...rest } = requested({ typedIn: 'C0DEPLOYS' });
    const { id } = await ledger.open({ ...rest, at: Date.now(), deliveryId: 'deploy' });
    const before = roots().length;
    await producer.announce({ operation: id, urgent: true });
    await vi.waitFor(() => {
      expect(ids()).toContain(id);
    }, patience);
    expect(ids().indexOf(id)).toBeLessThan(before + 8);
    await vi.waitFor(() => {
      expect(roots().length).toBeGreaterThan(14);
    }, patience);
    expect(ids().filter((each) => each.startsWith('storm:'))).toHaveLength(1);
  });
});
