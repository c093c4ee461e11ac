import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.ts';
import { Quarantine } from '../../src/ledger/quarantine.ts';
import { deploys, startWorld } from '../support/world.ts';

it('an image that an alert takes back goes into quarantine with the rollback, and that names the monitor', async () => {
  const world = await startWorld();
  onTestFinished(async () => world.stop());
  const redis = new Redis(world.redis.url);
  onTestFinished(() => {
    redis.disconnect();
  });
  const ledger = new Ledger(redis, () => undefined);
  await world.start('bot');
  await world.start('worker');
  await world.type('/deploy backend staging');
  await world.ended('staging-1');
  const { results } = (await ledger.operation('staging-1')) ?? {};
  const digest = results?.build?.digest ?? '';
  const before = results?.candidate?.split[0]?.revision ?? '';
  const { id } = await ledger.open({
    kind: 'rollback',
    environment: 'staging',
    services: ['backend'],
    ref: 'main',
    plan: ['preflight', 'choose', 'shift', 'verify'],
    revision: before,
    by: 'monitor',
    byName: 'monitor',
    channel: deploys,
    typedIn: deploys,
    at: Date.now(),
    deliveryId: 'monitor:staging-1/backend',
    cause: {
      alert: 'staging/backend/handshakeFailures',
      deploy: 'staging-1',
      digest,
      reason: 'Takes back staging #1',
    },
  });
  const { roots } = await world.ended(id);
  expect(JSON.stringify(roots[0])).toContain('by monitor · Takes back staging #1');
  expect((await ledger.operation(id))?.results.shift?.split).toEqual([
    expect.objectContaining({ revision: before, percent: 100 }),
  ]);
  expect(await new Quarantine(redis).of('backend')).toEqual([
    expect.objectContaining({ digest, operation: id, reason: 'Takes back staging #1' }),
  ]);
});
