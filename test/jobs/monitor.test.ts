import { expect, it } from 'vitest';
import { type MonitorContext, monitor } from '../../jobs/monitor.ts';
import { Places } from '../../jobs/places.ts';
import type { Target } from '../../src/domain/target.ts';
import { Monitors } from '../../src/ledger/monitors.ts';
import { Series } from '../../src/ledger/series.ts';
import { latch } from '../support/latch.ts';
import { useRedis } from '../support/redis.ts';
import { contextOf, environment, everyMs, service, targetAt } from '../support/monitor-rounds.ts';

const redis = useRedis();
const now = Date.now;
const asked = () => ({ environment, dueAt: now(), signal: new AbortController().signal });
const context = (targets: readonly Target[], more: Partial<MonitorContext> = {}): MonitorContext => ({
  ...contextOf(redis.connect(), targets),
  ...more,
});

it('is kept and looked at, of each service by itself', async () => {
  const reviewed: string[] = [];
  const gone = 'http://127.0.0.1:1';
  const targets = [targetAt(await service()), targetAt(gone, { service: 'auth' })];
  const review = (target: Target) => {
    reviewed.push(target.service);
    return Promise.resolve();
  };
  expect(await monitor(asked(), context(targets, { review }))).toBe('made');
  expect(reviewed.toSorted()).toEqual(['auth', 'backend']);
  const series = new Series(redis.client());
  const [well] = await series.since({ environment, service: 'backend' }, 0);
  expect(well?.tallies.connectionFailures).toEqual({ samples: 10, failures: 0 });
  const [down] = await series.since({ environment, service: 'auth' }, 0);
  expect(down?.tallies.connectionFailures).toEqual({ samples: 10, failures: 10 });
});

it('does not overlap with another one, and is left out where it comes too late or nobody watches', async () => {
  const hold = latch();
  const begun = latch();
  const url = await service(() => {
    begun.open();
    return hold.opened;
  });
  const targets = [targetAt(url)];
  const first = monitor(asked(), context(targets));
  await begun.opened;
  const other = context(targets);
  expect(await monitor(asked(), other)).toBe('taken');
  hold.open();
  expect(await first).toBe('made');
  expect(await monitor({ ...asked(), dueAt: now() - everyMs - 1 }, other)).toBe('late');
  expect(await monitor({ ...asked(), environment: 'production' }, other)).toBe('gone');
  const off = { type: 'stopped', at: now(), by: 'U1', byName: 'operator', environment } as const;
  await new Monitors(redis.client()).say({ ...off, deliveryId: 'd1' });
  expect(await monitor(asked(), other)).toBe('off');
});

it('tells that it saw nothing where nobody says where the service is', async () => {
  const { front: _, ...unknown } = targetAt('');
  const run = { service: () => Promise.reject(new Error('Cloud Run is away')) };
  await monitor(asked(), context([unknown], { places: new Places(run, now) }));
  const [round] = await new Series(redis.client()).since(unknown, 0);
  expect(round).toMatchObject({ tallies: {}, blind: 1 });
});

it('asks Cloud Run once a minute where the service is, and goes there also when Cloud Run is away', async () => {
  let clock = now();
  let calls = 0;
  let away = false;
  const url = await service();
  const run = {
    service: () => {
      calls += 1;
      return away ? Promise.reject(new Error('away')) : Promise.resolve({ url } as never);
    },
  };
  const places = new Places(run, () => clock);
  const { front: _, ...target } = targetAt('');
  const { signal } = new AbortController();
  for (const _ of [1, 2, 3]) expect(await places.of(target, signal)).toBe(url);
  expect(calls).toBe(1);
  away = true;
  clock += 60_000;
  expect(await places.of(target, signal)).toBe(url);
  expect(await places.of(target, signal)).toBe(url);
  expect(calls).toBe(2);
});
