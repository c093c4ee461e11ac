import { expect, it } from 'vitest';
import type { SightEvent } from '../../src/domain/monitor/sight.ts';
import { keys } from '../../src/ledger/keys.ts';
import { Sights } from '../../src/ledger/sights.ts';
import { began } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const lost = (at: number): SightEvent => ({
  type: 'lost',
  at,
  since: at,
  channel: 'C0DEPLOYS',
  services: ['backend'],
  diagnoses: [],
});

it('what was not seen marks its thread as behind until that shows it, and old threads go', async () => {
  const heard: string[] = [];
  const sights = new Sights(redis.client(), (thread, event) => {
    heard.push(`${thread} ${event}`);
  });
  const undrawn = () => redis.client().smembers(keys.undrawn);
  expect(await sights.of('staging')).toBeUndefined();
  await sights.change('staging', () => undefined);
  expect([heard, await undrawn()]).toEqual([[], []]);
  await sights.change('staging', () => lost(began));
  await sights.change('staging', (known) => ({ type: 'regained', at: (known?.since ?? 0) + 1_000 }));
  expect(heard).toEqual(['sight:staging lost', 'sight:staging regained']);
  await sights.drawn('staging', 1);
  expect(await undrawn()).toEqual(['sight:staging']);
  await sights.drawn('staging', 2);
  expect(await undrawn()).toEqual([]);
  await sights.change('staging', () => lost(began + 7_200_000));
  expect(await sights.of('staging')).toMatchObject({ began: began + 7_200_000, times: 1, version: 1 });
});
