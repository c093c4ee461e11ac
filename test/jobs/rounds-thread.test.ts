import { Queue } from 'bullmq';
import { expect, it } from 'vitest';
import { sweep } from '../../jobs/sweep.ts';
import { operationView } from '../../jobs/threads/operation.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { type Payload, queueNames, queuePrefix } from '../../src/queue/names.ts';
import { Producer } from '../../src/queue/producer.ts';
import { requested } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';
import { nothingAround } from '../support/thread.ts';
import { roundsRequested } from '../support/rounds.ts';

const redis = useRedis();
const at = Date.now();

/** Rounds whose first one is under way, as a worker left them that was killed: nothing was announced. */
async function lost() {
  const ledger = new Ledger(redis.client(), () => undefined);
  const producer = new Producer(redis.connect(), {
    onError: () => undefined,
    dueAt: () => Promise.resolve(0),
  });
  const { type: _, number: __, uid: ___, ...rounds } = roundsRequested();
  const { id } = await ledger.open({ ...rounds, at, deliveryId: 'rounds' });
  const { type: ____, number: _____, uid: ______, ...deploy } = requested();
  const parent = { operation: id, round: 1 };
  const child = await ledger.open({ ...deploy, parent, at, deliveryId: `round:${id}:1` });
  const started = {
    type: 'round-started',
    at,
    round: 1,
    operation: child.id,
    ref: 'main',
    way: 'deploy',
  } as const;
  await ledger.appendIf((await ledger.operation(id))!, started);
  const queues = [queueNames.operations, queueNames.announce].map(
    (name) =>
      new Queue<Payload, void, string, Payload, void>(name, {
        connection: redis.connect(),
        prefix: queuePrefix,
      }),
  );
  const [operations, announce] = queues as [(typeof queues)[0], (typeof queues)[0]];
  const close = () => Promise.all([producer.close(), ...queues.map((queue) => queue.close())]);
  return { ledger, producer, id, child: child.id, operations, announce, close };
}

it('a round has no thread: the sweep draws that of its rounds, which takes the marks of both away', async () => {
  const { ledger, producer, id, child, announce, close } = await lost();
  expect((await ledger.undrawn()).toSorted()).toEqual([id, child]);
  await sweep(ledger, producer);
  const asked = await announce.getJobs();
  expect(new Set(asked.map(({ data }) => data.operation))).toEqual(new Set([id]));

  const ended: string[] = [];
  const around = { ...nothingAround, ended: (each: Operation) => Promise.resolve(void ended.push(each.id)) };
  const options = { ledger, operations: around } as never;
  expect(await operationView(child, options)).toBeUndefined();
  const view = await operationView(id, options);
  expect(view?.thread.drafts.map(({ key }) => key)).toEqual(['root', 'round-1']);
  // Both may owe somebody a word, before they count as drawn.
  expect(ended).toEqual([child, id]);
  await view?.drawn();
  expect(await ledger.undrawn()).toEqual([]);
  await close();
});

it('the sweep wakes rounds whose round has ended, and leaves those alone whose has not', async () => {
  const { ledger, producer, id, child, operations, close } = await lost();
  // As a worker leaves the job of rounds that wait.
  const job = await operations.add('deploy', { operation: id }, { jobId: id, delay: 3_600_000 });
  await sweep(ledger, producer);
  expect(await job.getState()).toBe('delayed');
  const claim = await ledger.claim(child, { type: 'started', at, worker: 'w' });
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  await ledger.finish(claim, { type: 'finished', at, outcome: 'failed' });
  await sweep(ledger, producer);
  expect(await job.getState()).not.toBe('delayed');
  await close();
});
