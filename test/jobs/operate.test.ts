import { Queue } from 'bullmq';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { operate } from '../../jobs/operate.ts';
import { connectGoogle } from '../../src/cloud/clients.ts';
import { cloudOf } from '../../src/cloud/index.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { type Payload, queueNames, queuePrefix } from '../../src/queue/names.ts';
import { Producer } from '../../src/queue/producer.ts';
import { requested } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const at = 1_767_607_200_000;

/** Two operations of one target, whose jobs wait: the head was cancelled before any worker took it. */
async function line() {
  const ledger = new Ledger(redis.client(), () => undefined);
  const queue = new Queue<Payload, void, string, Payload, void>(queueNames.operations, {
    connection: redis.connect(),
    prefix: queuePrefix,
  });
  const open = async (deliveryId: string) => {
    const { type: _, number: __, uid: ___, ...asked } = requested();
    const { id } = await ledger.open({ ...asked, at, deliveryId });
    // As a worker leaves the job of whoever waits in line.
    return queue.add('deploy', { operation: id }, { jobId: id, delay: 3_600_000 });
  };
  const [head, next] = [await open('first'), await open('second')];
  const cancelled = await ledger.operation(head.data.operation);
  await ledger.appendIf(cancelled!, { type: 'cancelled', at, by: 'U0DEVELOPER', byName: 'developer' });
  return { ledger, queue, head, next };
}

it('a cancelled head of a line hands its target over at once', async () => {
  const { ledger, queue, head, next } = await line();
  const producer = new Producer(redis.connect(), {
    onError: () => undefined,
    dueAt: async () => Promise.resolve(0),
  });
  // Nothing was begun, so nothing is asked of Google: nobody answers there.
  const google = connectGoogle('127.0.0.1:9');
  await operate(
    { job: head, token: 'none', signal: new AbortController().signal },
    {
      ledger,
      producer,
      cloud: cloudOf(google),
      records: recordsOf(redis.client()),
      log: pino({ level: 'silent' }),
      now: () => at,
      targets: () => undefined,
      channel: () => Promise.resolve({ kind: 'open' }),
      worker: 'w',
    },
  );
  expect((await ledger.operation(head.data.operation))?.outcome).toBe('cancelled');
  expect(await ledger.isNext((await ledger.operation(next.data.operation))!)).toBe(true);
  // Not in a quarter of a minute, when it would look again by itself.
  expect(await queue.getJobState(next.data.operation)).toBe('waiting');
  await Promise.all([queue.close(), producer.close(), google.close()]);
});
