import { DelayedError, Queue, Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  announceWindowMs,
  type Payload,
  payloadSchema,
  queueNames,
  queuePrefix,
} from '../../src/queue/names.ts';
import { isUrgent, Producer } from '../../src/queue/producer.ts';
import { useRedis } from '../support/redis.ts';
import { latch } from '../support/latch.ts';

type Jobs = Queue<Payload, void, string, Payload, void>;

const redis = useRedis();
const closing: { close(): Promise<unknown> }[] = [];
let producer: Producer;
let dueAt: number;

beforeEach(() => {
  dueAt = 0;
  producer = new Producer(redis.connect(), {
    onError: () => undefined,
    dueAt: () => Promise.resolve(dueAt),
  });
  closing.push(producer);
});
afterEach(async () => {
  for (const part of closing.splice(0).reverse()) await part.close();
});

function queue(name: keyof typeof queueNames): Jobs {
  const jobs: Jobs = new Queue(queueNames[name], { connection: redis.connect(), prefix: queuePrefix });
  closing.push(jobs);
  return jobs;
}

/** A worker with one pair of hands, which tells what it did and when it has done `count`. */
function work(
  name: keyof typeof queueNames,
  act: (operation: string) => Promise<void> = () => Promise.resolve(),
) {
  const order: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const worker = new Worker<Payload, void>(
    queueNames[name],
    async (job) => {
      await act(job.data.operation);
    },
    { connection: redis.connect(), prefix: queuePrefix },
  );
  worker.on('completed', (job) => {
    order.push(job.data.operation);
    for (const { count, resolve } of waiting) if (order.length >= count) resolve();
  });
  closing.push(worker);
  const did = (count: number) =>
    new Promise<readonly string[]>((resolve) => {
      const over = () => {
        resolve(order);
      };
      if (order.length >= count) over();
      else waiting.push({ count, resolve: over });
    });
  return { did, order, worker };
}

/** The number of jobs in every state. */
async function jobsIn(jobs: Jobs): Promise<number> {
  return (await jobs.getJobs()).length;
}

it('an announcement is tried again for far more than ten minutes of an outage', async () => {
  await producer.announce({ operation: 'staging-1', urgent: true });
  const [job] = await queue('announce').getJobs();
  const { attempts = 0, backoff } = job?.opts ?? {};
  expect(backoff).toEqual({ type: 'fixed', delay: 3_000 });
  // What is lost even then is brought back by the sweep over what is not drawn.
  expect((attempts - 1) * 3_000).toBeGreaterThan(10 * 60_000);
});

describe('an operation', () => {
  it('is one job, however often it is submitted', async () => {
    await Promise.all([1, 2, 3].map(() => producer.submit('staging-1')));
    await producer.submit('staging-2');
    const jobs = queue('operations');
    expect(await jobsIn(jobs)).toBe(2);
    expect((await jobs.getJob('staging-1'))?.data).toEqual({ operation: 'staging-1' });
  });

  it('can be submitted again once its job has ended', async () => {
    const { did } = work('operations');
    await producer.submit('staging-1');
    await did(1);
    await producer.submit('staging-1');
    expect(await did(2)).toEqual(['staging-1', 'staging-1']);
    expect(await jobsIn(queue('operations'))).toBe(0);
  });

  it('that waits is woken', async () => {
    const runs: number[] = [];
    const [asleep, awake] = [latch(), latch()];
    const worker = new Worker<Payload, void>(
      queueNames.operations,
      async (job, token) => {
        runs.push(Date.now());
        if (runs.length > 1) {
          awake.open();
          return;
        }
        await job.moveToDelayed(Date.now() + 3_600_000, token);
        asleep.open();
        throw new DelayedError();
      },
      { connection: redis.connect(), prefix: queuePrefix },
    );
    closing.push(worker);
    await producer.submit('staging-1');
    await asleep.opened;
    await producer.wake('staging-1');
    await awake.opened;
    expect(runs).toHaveLength(2);
  });

  it('whose job was lost gets one when it is woken', async () => {
    const jobs = queue('operations');
    await producer.wake('staging-1');
    await producer.wake('staging-1');
    expect(await jobs.getJobCountByTypes('waiting', 'prioritized')).toBe(1);
  });

  it('that runs is not disturbed by being woken', async () => {
    const [running, go] = [latch(), latch()];
    const { did } = work('operations', async () => {
      running.open();
      await go.opened;
    });
    await producer.submit('staging-1');
    await running.opened;
    await producer.wake('staging-1');
    go.open();
    expect(await did(1)).toEqual(['staging-1']);
    expect(await jobsIn(queue('operations'))).toBe(0);
  });
});

describe('an announcement', () => {
  it('of an operation that waits already adds nothing', async () => {
    for (let times = 0; times < 10; times += 1)
      await producer.announce({ operation: 'staging-1', urgent: times % 2 === 0 });
    expect(await jobsIn(queue('announce'))).toBe(1);
  });

  it('while the thread is drawn makes one more drawing, however often', async () => {
    const [drawing, go] = [latch(), latch()];
    const { did, order } = work('announce', async () => {
      drawing.open();
      await go.opened;
    });
    await producer.announce({ operation: 'staging-1', urgent: false });
    await drawing.opened;
    for (let times = 0; times < 10; times += 1)
      await producer.announce({ operation: 'staging-1', urgent: times === 3 });
    go.open();
    await did(2);
    // A third drawing of the first would come before this one.
    await producer.announce({ operation: 'staging-2', urgent: false });
    await did(3);
    expect(order).toEqual(['staging-1', 'staging-1', 'staging-2']);
    expect(await jobsIn(queue('announce'))).toBe(0);
  });

  it('that is urgent goes first', async () => {
    const jobs = queue('announce');
    await jobs.pause();
    for (const operation of ['a', 'b', 'c']) await producer.announce({ operation, urgent: false });
    await producer.announce({ operation: 'end', urgent: true });
    const { did } = work('announce');
    await jobs.resume();
    expect(await did(4)).toEqual(['end', 'a', 'b', 'c']);
  });

  it('that becomes urgent while it waits moves up', async () => {
    const jobs = queue('announce');
    await jobs.pause();
    for (const operation of ['a', 'b', 'c']) await producer.announce({ operation, urgent: false });
    await producer.announce({ operation: 'c', urgent: true });
    await producer.announce({ operation: 'c', urgent: false });
    const { did } = work('announce');
    await jobs.resume();
    expect(await did(3)).toEqual(['c', 'a', 'b']);
  });

  it('of a thread that was just drawn waits in the queue for its turn', async () => {
    dueAt = Date.now() + 3_600_000;
    await producer.announce({ operation: 'a', urgent: false });
    await producer.announce({ operation: 'b', urgent: true });
    const jobs = queue('announce');
    expect(await jobs.getDelayedCount()).toBe(2);
    expect((await jobs.getDelayed())[0]?.delay).toBeGreaterThan(3_000_000);
  });

  it.each([
    ['as long as Slack asks', 30_000, 30_000],
    ['a window of the queue at least, or the next one would come early', 1_000, announceWindowMs],
  ])('are held back for %s', async (_, asked, held) => {
    await producer.holdBack(asked);
    const left = await queue('announce').getRateLimitTtl();
    expect(left).toBeGreaterThan(held - 900);
    expect(left).toBeLessThanOrEqual(held);
  });

  it('waits while Slack has asked for quiet', async () => {
    const limiter = { max: 1_000, duration: 1_000 };
    const options = { connection: redis.connect(), prefix: queuePrefix, limiter };
    const first = latch();
    const at: number[] = [];
    const act = () => {
      at.push(Date.now());
      first.open();
      return Promise.resolve();
    };
    await producer.holdBack(700);
    const asked = Date.now();
    await producer.announce({ operation: 'a', urgent: true });
    closing.push(new Worker<Payload, void>(queueNames.announce, act, options));
    await first.opened;
    // Redis and Node round to milliseconds.
    expect((at[0] ?? 0) - asked).toBeGreaterThanOrEqual(650);
  });
});

describe('what is on the queues', () => {
  it.each([{}, { operation: '' }, { operation: 1 }, null, 'staging-1'])('is not %j', (payload) => {
    expect(payloadSchema.safeParse(payload).success).toBe(false);
  });

  it('is urgent when somebody waits for it', () => {
    const events = [
      'approval-requested',
      'approval-expired',
      'approved',
      'rejected',
      'step-failed',
      'finished',
    ];
    expect(events.every(isUrgent)).toBe(true);
    const others = ['requested', 'queued', 'started', 'step-started', 'step-finished', 'step-yielded'];
    expect(others.some(isUrgent)).toBe(false);
  });
});

it('fails at once when Redis is away, for people wait for the answer', async () => {
  const { producerConnection } = await import('../../src/queue/connection.ts');
  const { Redis } = await import('ioredis');
  const nowhere = new Redis({ ...producerConnection, host: '127.0.0.1', port: 1, lazyConnect: true });
  nowhere.on('error', () => undefined);
  await expect(nowhere.ping()).rejects.toThrow();
  nowhere.disconnect();
});
