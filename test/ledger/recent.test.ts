import { expect, it } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.ts';
import { Recent } from '../../src/ledger/recent.ts';
import { requested } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const staging = { service: 'backend', environment: 'staging' };

async function open(kind: 'deploy' | 'rollback' | 'validate', services = ['backend']): Promise<string> {
  const { type: _, number: __, uid: ___, ...rest } = requested({ kind, services });
  const ledger = new Ledger(redis.client(), () => undefined);
  return (await ledger.open({ ...rest, at: 0, deliveryId: `d-${String(Math.random())}` })).id;
}

it('knows the last operations of a target, newest first, but none that changes nothing', async () => {
  const recent = new Recent(redis.client(), new Ledger(redis.client(), () => undefined));
  expect(await recent.of(staging, 5)).toEqual([]);
  await open('deploy');
  await open('deploy', ['backend', 'auth']);
  await open('validate');
  await open('deploy', ['auth']);
  await open('rollback');
  const ids = async (most: number) => (await recent.of(staging, most)).map(({ id }) => id);
  expect(await ids(5)).toEqual(['staging-5', 'staging-2', 'staging-1']);
  expect(await ids(2)).toEqual(['staging-5', 'staging-2']);
});

it('is kept of the last twenty', async () => {
  for (let count = 0; count < 23; count += 1) await open('deploy');
  const recent = new Recent(redis.client(), new Ledger(redis.client(), () => undefined));
  const known = await recent.of(staging, 100);
  expect([known.length, known[0]?.id, known.at(-1)?.id]).toEqual([20, 'staging-23', 'staging-4']);
});
