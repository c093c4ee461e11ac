import type { Job } from 'bullmq';
import { Worker } from 'bullmq';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announce } from '../../jobs/announce.ts';
import { updateEveryMs } from '../../src/domain/pace.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { Sights } from '../../src/ledger/sights.ts';
import { Storms } from '../../src/ledger/storms.ts';
import { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import { type Payload, queueNames, queuePrefix } from '../../src/queue/names.ts';
import { Producer } from '../../src/queue/producer.ts';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack/index.ts';
import { connectSlack } from '../../src/slack/client.ts';
import { MemoryAlerts, sourcesOf } from '../support/alerts.ts';
import { requested } from '../support/operations.ts';
import { nothingAround } from '../support/thread.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const kept = () => ({ storms: new Storms(redis.client()) });
const closing: { close(): Promise<unknown> }[] = [];
let slack: SlackSandbox;
let ledger: Ledger;
let notes: ThreadNotes;
let producer: Producer;
let held: number[];
/** How often Home tabs were asked for. */
let homes: number;
/** What ahead of the real clock the announcer believes it is. */
let ahead: number;

beforeEach(async () => {
  slack = await startSlackSandbox({ limits: 'off' });
  held = [];
  homes = 0;
  ahead = 0;
  ledger = new Ledger(redis.client(), () => undefined);
  notes = new ThreadNotes(redis.client());
  producer = new Producer(redis.connect(), { onError: () => undefined, dueAt: () => Promise.resolve(0) });
  closing.push(producer);
});
afterEach(async () => {
  for (const part of closing.splice(0).reverse()) await part.close();
  await slack.stop();
});

async function open(channel = 'C0DEPLOYS'): Promise<string> {
  const { type: _, number: __, uid: ___, ...rest } = requested({ channel, typedIn: channel });
  const request = { ...rest, at: Date.now(), deliveryId: `d-${String(Math.random())}` };
  return (await ledger.open(request)).id;
}

/** A worker as the job side makes it; `next` tells what became of the next delivery. */
function startAnnouncer() {
  const worker = new Worker<Payload, void>(
    queueNames.announce,
    async (job: Job<Payload>, token?: string) =>
      announce(job, token ?? '', {
        ledger,
        alerts: sourcesOf(new MemoryAlerts(), { ...kept(), producer }),
        sights: new Sights(redis.client(), () => undefined),
        operations: nothingAround,
        notes,
        home: {
          changed: () => {
            homes += 1;
            return Promise.resolve();
          },
        },
        client: connectSlack(slack, pino({ level: 'silent' })),
        now: () => Date.now() + ahead,
        holdBack: async (ms) => {
          held.push(ms);
          await producer.holdBack(ms);
        },
      }),
    { connection: redis.connect(), prefix: queuePrefix, limiter: { max: 1_000, duration: 1_000 } },
  );
  closing.push(worker);
  const drawn = () =>
    new Promise<void>((resolve) => {
      worker.once('completed', () => {
        resolve();
      });
    });
  const failed = () =>
    new Promise<Error>((resolve) => {
      worker.once('failed', (_job, error) => {
        resolve(error);
      });
    });
  return { drawn, failed };
}

const roots = () => slack.messages('C0DEPLOYS').filter(({ threadTs }) => threadTs === undefined);

describe('an announcement', () => {
  it('draws the thread and takes the mark away', async () => {
    const id = await open();
    const drawn = startAnnouncer().drawn();
    await producer.announce({ operation: id, urgent: false });
    await drawn;
    expect(roots()).toHaveLength(1);
    expect(await ledger.undrawn()).toEqual([]);
    expect(await notes.dueAt(id)).toBeGreaterThan(Date.now());
    expect(homes).toBe(1);
  });

  it('of what is not in the ledger draws nothing', async () => {
    const drawn = startAnnouncer().drawn();
    await producer.announce({ operation: 'staging-99', urgent: false });
    await drawn;
    expect(slack.calls()).toEqual([]);
  });

  it('that is too early is made again in time', async () => {
    const id = await open();
    const announcer = startAnnouncer();
    const first = announcer.drawn();
    await producer.announce({ operation: id, urgent: false });
    await first;
    await ledger.claim(id, { type: 'started', at: Date.now(), worker: 'w' });
    const [noted] = (await notes.read(id)).values();
    // Most of the pause has passed already.
    await notes.write(id, 'root', { ...noted!, at: Date.now() - updateEveryMs + 500 });
    const second = announcer.drawn();
    const begun = Date.now();
    await producer.announce({ operation: id, urgent: false });
    await second;
    expect(Date.now() - begun).toBeGreaterThanOrEqual(450);
    expect(roots()[0]!.text).toContain('running');
    expect(await ledger.undrawn()).toEqual([]);
  });
});

describe('a Slack that', () => {
  it('asks for quiet gets it from everybody, for as long as it asked', async () => {
    const id = await open();
    slack.faults.rateLimit('chat.postMessage', 1);
    const announcer = startAnnouncer();
    const drawn = announcer.drawn();
    await producer.announce({ operation: id, urgent: true });
    await drawn;
    expect(held).toEqual([1_000]);
    const posts = slack.calls().filter(({ method }) => method === 'chat.postMessage');
    expect(posts.map(({ ok }) => ok)).toEqual([false, true]);
    expect(posts[1]!.at - posts[0]!.at).toBeGreaterThanOrEqual(950);
    expect(roots()).toHaveLength(1);
  });

  it('refuses for good is not asked again and again, and the thread stays marked', async () => {
    const id = await open('C0GONE');
    const failed = startAnnouncer().failed();
    await producer.announce({ operation: id, urgent: false });
    expect((await failed).message).toContain('channel_not_found');
    expect(await ledger.undrawn()).toEqual([id]);
    expect(homes).toBe(1);
    expect(slack.calls().filter(({ method }) => method === 'chat.postMessage')).toHaveLength(2);
  });

  it('still refuses an hour after the end is left alone', async () => {
    const id = await open('C0GONE');
    const claim = await ledger.claim(id, { type: 'started', at: Date.now(), worker: 'w' });
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await ledger.finish(claim, { type: 'finished', at: Date.now(), outcome: 'failed' });
    const announcer = startAnnouncer();
    ahead = 59 * 60_000;
    const early = announcer.failed();
    await producer.announce({ operation: id, urgent: false });
    await early;
    expect(await ledger.undrawn()).toEqual([id]);
    ahead = 61 * 60_000;
    const late = announcer.failed();
    await producer.announce({ operation: id, urgent: false });
    await late;
    expect(await ledger.undrawn()).toEqual([]);
  });

  it('does not answer is asked again, and told once', async () => {
    const id = await open();
    slack.faults.fail('chat.postMessage', 'drop-after');
    const announcer = startAnnouncer();
    const [failed, drawn] = [announcer.failed(), announcer.drawn()];
    await producer.announce({ operation: id, urgent: false });
    await failed;
    await drawn;
    expect(roots()).toHaveLength(1);
    expect(await ledger.undrawn()).toEqual([]);
  });
});
