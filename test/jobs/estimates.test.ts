import { pino } from 'pino';
import { expect, it } from 'vitest';
import { beginsAfter, estimate, noteDurations } from '../../jobs/estimates.ts';
import { makeMove } from '../../jobs/move.ts';
import type { Performance } from '../../jobs/performance.ts';
import type { Cloud } from '../../src/cloud/index.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { validatePlan } from '../../src/domain/plan.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { backend } from '../cloud/support.ts';
import { allDone, began, requested, started, told, type Untimed } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const deploy = { kind: 'deploy', services: ['backend'], environment: 'staging' };
const now = began + 60_000;

function performance(more: Partial<Performance> = {}): Performance {
  return {
    ledger: new Ledger(redis.client(), () => undefined),
    records: recordsOf(redis.client()),
    cloud: {} as Cloud,
    log: pino({ level: 'silent' }),
    now: () => now,
    signal: new AbortController().signal,
    targets: () => [backend],
    producer: {} as never,
    channel: () => Promise.reject(new Error('not asked')),
    ...more,
  };
}

async function begun({ ledger }: Performance, more: Parameters<typeof requested>[0] = {}) {
  const { type: _, number: __, uid: ___, ...asked } = requested(more);
  const { id } = await ledger.open({ ...asked, at: began, deliveryId: `d${Math.random()}` });
  const claim = await ledger.claim(id, { type: 'started', at: began, worker: 'w' });
  if (claim.kind !== 'claimed') throw new Error(claim.kind);
  return claim;
}

async function three({ records }: Performance, kind = 'deploy', ms = 10_000): Promise<void> {
  for (const number of [1, 2, 3])
    await records.durations.note(
      { ...deploy, kind },
      { operation: `staging-${number + 900}`, whole: ms, steps: { preflight: ms, validate: ms } },
    );
}

it('an operation is told once how long it will take, and nothing where nothing is known', async () => {
  const with_ = performance();
  const { operation, token } = await begun(with_);
  const read = async () => (await with_.ledger.operation(operation.id))!;
  await estimate(operation, token, with_);
  expect((await read()).estimates).toBeUndefined();
  await three(with_);
  await estimate(operation, token, with_);
  expect((await read()).estimates?.whole).toEqual({ median: 10_000, p90: 10_000, samples: 3 });
  const { version } = await read();
  await estimate(await read(), token, with_);
  expect((await read()).version).toBe(version);
});

it('of several services each is told of its own', async () => {
  const with_ = performance();
  await three(with_);
  const services = ['backend', 'auth'];
  const parts = services.map((service) => ({ service, plan: ['preflight' as const], after: [] }));
  const { operation, token } = await begun(with_, { services, plan: [], parts });
  await estimate(operation, token, with_);
  const after = (await with_.ledger.operation(operation.id))!;
  expect(after.estimates).toBeUndefined();
  expect(after.parts?.map((part) => part.estimates?.steps.preflight?.samples)).toEqual([3, undefined]);
});

it('what it took is noted once, and as a whole only when it succeeded', async () => {
  const with_ = performance();
  const events = [started, ...allDone('preflight')];
  for (const number of [1, 2, 2, 3])
    await noteDurations(told(requested({ number }), ...events), 'succeeded', with_);
  expect(await with_.records.durations.usual(deploy)).toEqual({
    whole: { median: 59_000, p90: 59_000, samples: 3 },
    steps: { preflight: { median: 1_000, p90: 1_000, samples: 3 } },
  });
  for (const number of [4, 5]) await noteDurations(told(requested({ number }), ...events), 'failed', with_);
  const usual = await with_.records.durations.usual(deploy);
  expect([usual.whole?.samples, usual.steps.preflight?.samples]).toEqual([3, 5]);
});

it('of several services the whole is noted of all together, and the steps of each', async () => {
  const with_ = performance();
  const services = ['backend', 'auth'];
  const parts = services.map((service) => ({ service, plan: ['preflight' as const], after: [] }));
  const own = services.flatMap((service) =>
    allDone('preflight').map((event) => ({ ...event, service }) as Untimed),
  );
  for (const number of [1, 2, 3])
    await noteDurations(
      told(requested({ number, services, plan: [], parts }), started, ...own),
      'succeeded',
      with_,
    );
  expect(await with_.records.durations.usual({ ...deploy, services })).toMatchObject({
    whole: { median: 59_000 },
    steps: {},
  });
  const one = await with_.records.durations.usual(deploy);
  expect(one.whole).toBeUndefined();
  expect(one.steps.preflight?.samples).toBe(3);
});

it('who waits is told when the turn comes, as far as that is known', async () => {
  const with_ = performance();
  const queued = (beginsAt?: number): Untimed => ({
    type: 'queued',
    behind: 'staging-41',
    position: 2,
    ...(beginsAt === undefined ? {} : { beginsAt }),
  });
  const after = (...events: readonly Untimed[]) => beginsAfter(told(requested(), ...events), with_);
  expect(await after()).toBeUndefined();
  await three(with_);
  expect(await after()).toBe(now + 10_000);
  expect(await after(queued(now + 5_000))).toBe(now + 15_000);
  expect(await after(queued())).toBeUndefined();
  const guarded: Operation = told(requested({ plan: ['preflight', 'approval'] }));
  expect(await beginsAfter(guarded, with_)).toBeUndefined();

  const steps = { preflight: { median: 90_000, p90: 90_000, samples: 3 } };
  const running = (median: number) =>
    told(
      requested({ plan: ['preflight'] }),
      started,
      { type: 'estimated', estimates: { steps: { preflight: { ...steps.preflight, median } } } },
      { type: 'step-started', step: 'preflight' },
    );
  expect(await beginsAfter(running(90_000), with_)).toBe(began + 93_000);
  // It should have ended by now, and nobody knows more.
  expect(await beginsAfter(running(10_000), with_)).toBeUndefined();
});

it('a step that takes longer than usual says so once, and goes on', async () => {
  let answer: (service: undefined) => void = () => undefined;
  const service = () =>
    new Promise<undefined>((resolve) => {
      answer = resolve;
    });
  const with_ = performance({ cloud: { run: { service } } as unknown as Cloud });
  await three(with_, 'validate', 0);
  const { operation, token } = await begun(with_, { kind: 'validate', plan: [...validatePlan] });
  await estimate(operation, token, with_);
  const read = async () => (await with_.ledger.operation(operation.id))!;
  const move = async () => {
    const moving = { operation: await read(), token, halt: new AbortController().signal, performance: with_ };
    return makeMove({ kind: 'step', name: 'validate' }, moving);
  };
  const first = move();
  await expect.poll(async () => (await read()).steps[0]?.late).toBe(true);
  const { version } = await read();
  answer(undefined);
  await first;
  const events = (await read()).version - version;
  expect(events).toBe(1);
  expect((await read()).failure?.code).toBe('SERVICE_NOT_FOUND');
});
