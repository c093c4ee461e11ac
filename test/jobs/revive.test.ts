import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { reviveMonitors } from '../../jobs/revive.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { Target } from '../../src/domain/target.ts';
import { MonitorQueue } from '../../src/queue/monitors.ts';
import { useRedis } from '../support/redis.ts';
import { contextOf, environment, everyMs, targetAt } from '../support/monitor-rounds.ts';

const redis = useRedis();
const now = Date.now;
let queue: MonitorQueue;
beforeEach(() => {
  queue = new MonitorQueue(redis.connect(), () => undefined);
  onTestFinished(() => queue.close());
});
const revive = (targets: readonly Target[]) => {
  const context = contextOf(redis.connect(), targets);
  return reviveMonitors({ ...context, environments: [environment, 'production'], queue });
};
const names = async () => (await queue.scheduled()).map((each) => each.environment);

it('schedules what is watched and nothing else', async () => {
  await queue.schedule('long-gone', everyMs);
  await revive([targetAt('http://127.0.0.1:1')]);
  expect(await names()).toEqual([environment]);
  await revive([]);
  expect(await names()).toEqual([]);
});

it('revives a schedule that makes no rounds any more, and leaves one alone that does', async () => {
  const targets = [targetAt('http://127.0.0.1:1', { monitors: { ...defaultPolicy, on: true } })];
  await revive(targets);
  const [before] = await queue.scheduled();
  await revive(targets);
  expect(await queue.scheduled()).toEqual([before]);
  // A worker that died between taking a round and making the next one.
  const delayed = '{slipway}:monitors:delayed';
  await redis.client().del(delayed, `{slipway}:monitors:repeat:${environment}:${before?.nextAt ?? 0}`);
  await redis.client().zadd('{slipway}:monitors:repeat', now() - 60_000, environment);
  await revive(targets);
  expect(await redis.client().zcard(delayed)).toBe(1);
  expect((await queue.scheduled())[0]?.nextAt).toBeGreaterThan(now() - 1_000);
});
