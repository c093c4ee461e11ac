import { Queue } from 'bullmq';
import { expect, it, onTestFinished } from 'vitest';
import { queuePrefix } from '../../src/queue/names.ts';
import { pageBackOff, PageQueue, pagesQueue, waitBefore } from '../../src/queue/pages.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();

it('a line is one job, however often it is put on the queue', async () => {
  const queue = new PageQueue(redis.connect(), () => undefined);
  const jobs = new Queue(pagesQueue, { connection: redis.connect(), prefix: queuePrefix });
  onTestFinished(async () => {
    await queue.close();
    await jobs.close();
  });
  await Promise.all(['line-a', 'line-a', 'line-b', 'line-a'].map((line) => queue.deliver(line)));
  const found = (await jobs.getJobs()).map(({ id, data }) => ({ id, data: data as unknown }));
  expect(found.toSorted((a, b) => (a.id ?? '').localeCompare(b.id ?? ''))).toEqual([
    { id: 'line-a', data: { line: 'line-a' } },
    { id: 'line-b', data: { line: 'line-b' } },
  ]);
});

it('tries cover a day and more, and an hour has more than sixty of them', async () => {
  const queue = new PageQueue(redis.connect(), () => undefined);
  const jobs = new Queue(pagesQueue, { connection: redis.connect(), prefix: queuePrefix });
  onTestFinished(async () => {
    await queue.close();
    await jobs.close();
  });
  await queue.deliver('line-of-an-outage');
  const { attempts = 0, backoff } = (await jobs.getJob('line-of-an-outage'))?.opts ?? {};
  expect(backoff).toEqual({ type: 'custom' });
  const hourMs = 3_600_000;
  let tries = 0;
  let inAnHour = 0;
  for (let at = 0; at < 25 * hourMs; at += waitBefore(tries, pageBackOff)) {
    tries += 1;
    if (at < hourMs) inAnHour += 1;
  }
  expect(attempts).toBeGreaterThan(tries);
  expect(inAnHour).toBeGreaterThan(60);
  expect(inAnHour).toBeLessThan(120);
});

it('the wait is twice as long each time, never over a minute, and never the same for all', () => {
  const waits = Array.from({ length: 40 }, (_, index) => waitBefore(index + 1, pageBackOff));
  waits.forEach((ms, index) => {
    const whole = Math.min(60_000, 500 * 2 ** index);
    expect(ms).toBeGreaterThanOrEqual(0.75 * whole - 1);
    expect(ms).toBeLessThanOrEqual(whole);
  });
  expect(new Set(waits.slice(10)).size).toBeGreaterThan(1);
  expect(waitBefore(100_000, pageBackOff)).toBeLessThanOrEqual(60_000);
});
