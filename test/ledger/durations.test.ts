import { expect, it } from 'vitest';
import { PastDurations } from '../../src/ledger/durations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const deploy = { kind: 'deploy', services: ['backend'], environment: 'staging' };
const entry = (number: number, whole: number) => ({
  operation: `staging-${number}`,
  whole,
  steps: { build: whole / 2 },
});

it('says nothing before there are three, then median and 90th percentile', async () => {
  const durations = new PastDurations(redis.client());
  expect(await durations.usual(deploy)).toEqual({ steps: {} });
  await durations.note(deploy, entry(1, 4_000));
  await durations.note(deploy, entry(2, 6_000));
  expect(await durations.usual(deploy)).toEqual({ steps: {} });
  await durations.note(deploy, entry(2, 6_000));
  expect(await durations.usual(deploy)).toEqual({ steps: {} });
  await durations.note(deploy, entry(3, 100_000));
  expect(await durations.usual(deploy)).toEqual({
    whole: { median: 6_000, p90: 81_200, samples: 3 },
    steps: { build: { median: 3_000, p90: 40_600, samples: 3 } },
  });
});

it('knows each kind and each set of services by itself, and steps without a whole', async () => {
  const durations = new PastDurations(redis.client());
  const both = { ...deploy, services: ['backend', 'auth'] };
  for (const number of [1, 2, 3])
    await durations.note(both, { operation: `staging-${number}`, steps: { prove: 10 } });
  await durations.note(both, { operation: 'staging-4', steps: {} });
  const known = { steps: { prove: { median: 10, p90: 10, samples: 3 } } };
  expect(await durations.usual({ ...both, services: ['auth', 'backend'] })).toEqual(known);
  expect(await durations.usual({ ...deploy, services: ['auth'] })).toEqual({ steps: {} });
  expect(await durations.usual({ ...both, kind: 'rollback' })).toEqual({ steps: {} });
  expect(await durations.usual({ ...both, environment: 'production' })).toEqual({ steps: {} });
});

it('forgets all but the last 50', async () => {
  const durations = new PastDurations(redis.client());
  const target = { ...deploy, environment: 'long' };
  for (let number = 1; number <= 60; number += 1)
    await durations.note(target, entry(number, number <= 10 ? 1_000_000 : 10));
  expect((await durations.usual(target)).whole).toEqual({ median: 10, p90: 10, samples: 50 });
});
