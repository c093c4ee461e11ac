import { Queue, Worker } from 'bullmq';
import { afterEach, expect, it } from 'vitest';
import { sweep } from '../../jobs/sweep.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { type Payload, queueNames, queuePrefix } from '../../src/queue/names.ts';
import { Producer } from '../../src/queue/producer.ts';
import { requested } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const part of closing.splice(0).reverse()) await part.close();
});

/** An operation whose thread is behind, and the queue of redraws with hands that work when they are told to. */
async function behind() {
  const ledger = new Ledger(redis.client(), () => undefined);
  const dueAt = () => Promise.resolve(0);
  const producer = new Producer(redis.connect(), { onError: () => undefined, dueAt });
  const { type: _, number: __, uid: ___, ...request } = requested();
  const { id } = await ledger.open({ ...request, at: Date.now(), deliveryId: 'one' });
  const options = { connection: redis.connect(), prefix: queuePrefix };
  const queue = new Queue<Payload, void, string, Payload, void>(queueNames.announce, options);
  const hands = new Worker<Payload, void>(queueNames.announce, null, {
    ...options,
    connection: redis.connect(),
  });
  closing.push(producer, queue, hands);
  return { ledger, producer, id, queue, hands };
}

it('asks for the thread that nobody has asked for', async () => {
  const { ledger, producer, id, queue } = await behind();
  await sweep(ledger, producer);
  expect((await queue.getJobs()).map(({ data }) => data.operation)).toEqual([id]);
});

it('leaves a thread to the redraw that waits or runs, and asks again when that was lost', async () => {
  const { ledger, producer, id, queue, hands } = await behind();
  await producer.announce({ operation: id, urgent: true });
  await sweep(ledger, producer);
  const job = await hands.getNextJob('token');
  await sweep(ledger, producer);
  // It ends without having drawn anything.
  await job.moveToCompleted(undefined, 'token', false);
  expect(await queue.getJobs()).toEqual([]);
  await sweep(ledger, producer);
  expect((await queue.getJobs()).map(({ data }) => data.operation)).toEqual([id]);
});

it('does not ask for a thread that is drawn while it looks', async () => {
  const { ledger, producer, id, queue } = await behind();
  const drawing = {
    isAnnounced: async (thread: string) => {
      const announced = await producer.isAnnounced(thread);
      await ledger.drawn(id, 1);
      return announced;
    },
    submit: producer.submit.bind(producer),
    wake: producer.wake.bind(producer),
    announce: producer.announce.bind(producer),
  };
  await sweep(ledger, drawing);
  expect(await queue.getJobs()).toEqual([]);
});
