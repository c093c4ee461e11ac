import { fork } from 'node:child_process';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type MonitorContext, monitor } from '../../jobs/monitor.ts';
import { startMonitors } from '../../jobs/monitors.ts';
import { Places } from '../../jobs/places.ts';
import { Probers } from '../../jobs/probers.ts';
import { reviveMonitors } from '../../jobs/revive.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { Target } from '../../src/domain/target.ts';
import { keys } from '../../src/ledger/keys.ts';
import { Leases } from '../../src/ledger/leases.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { Monitors } from '../../src/ledger/monitors.ts';
import { Series } from '../../src/ledger/series.ts';
import { workerConnection } from '../../src/queue/connection.ts';
import { MonitorQueue } from '../../src/queue/monitors.ts';
import { startPrivateRedis } from '../../src/sandbox/redis.ts';
import { backend } from '../cloud/support.ts';
import { latch } from '../support/latch.ts';
import { loopback } from '../support/loopback.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const now = Date.now;
const log = pino({ level: 'silent' });
const everyMs = 1_000;
const environment = 'staging';
const asked = () => ({ environment, dueAt: now(), signal: new AbortController().signal });

async function service(answer = (): Promise<void> => Promise.resolve()): Promise<string> {
  const server = await loopback((_request, response) => {
    void answer().then(() => response.end('{}'));
  });
  onTestFinished(() => server.stop());
  return server.url;
}

function targetAt(url: string, more: Partial<Target> = {}): Target {
  const front = { url, timeoutMs: 30_000, serverless: true };
  return { ...backend, front, monitors: { ...defaultPolicy, on: true, everyMs }, ...more };
}

function contextOf(targets: readonly Target[], more: Partial<MonitorContext> = {}): MonitorContext {
  const connection = redis.connect();
  return {
    targets: (name) => targets.filter((target) => target.environment === name),
    monitors: new Monitors(connection),
    series: new Series(connection),
    leases: new Leases(connection),
    ledger: new Ledger(connection, () => undefined),
    places: new Places({ service: () => Promise.resolve(undefined) }, now),
    probers: new Probers({ idToken: () => Promise.reject(new Error('none here')), now }),
    review: () => Promise.resolve(),
    lookout: () => Promise.resolve(),
    log,
    now,
    ...more,
  };
}

describe('a round of an environment', () => {
  it('is kept and looked at, of each service by itself', async () => {
    const reviewed: string[] = [];
    const gone = 'http://127.0.0.1:1';
    const targets = [targetAt(await service()), targetAt(gone, { service: 'auth' })];
    const review = (target: Target) => {
      reviewed.push(target.service);
      return Promise.resolve();
    };
    expect(await monitor(asked(), contextOf(targets, { review }))).toBe('made');
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
    const first = monitor(asked(), contextOf(targets));
    await begun.opened;
    const other = contextOf(targets);
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
    await monitor(asked(), contextOf([unknown], { places: new Places(run, now) }));
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
});

describe('the watchdog', () => {
  let queue: MonitorQueue;
  beforeEach(() => {
    queue = new MonitorQueue(redis.connect(), () => undefined);
    onTestFinished(() => queue.close());
  });
  const revive = (targets: readonly Target[]) => {
    const context = contextOf(targets);
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
});

describe('workers', () => {
  const rounds = async () =>
    (await new Series(redis.client()).since({ environment, service: 'backend' }, 0)).length;

  async function working(context: MonitorContext) {
    const started = await startMonitors({
      ...context,
      connection: redis.connect(),
      environments: [environment],
    });
    onTestFinished(() => started.stop());
    return started;
  }

  it('make rounds side by side without two at a time, however slow the service is', async () => {
    let inFlight = 0;
    let most = 0;
    const url = await service();
    const queue = new MonitorQueue(redis.connect(), () => undefined);
    onTestFinished(() => queue.close());
    const nextAt = async () => (await queue.scheduled())[0]?.nextAt ?? 0;
    const hold = (context: MonitorContext): MonitorContext => ({
      ...context,
      review: async () => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        // Until the next round has come and gone, which it must.
        const before = await nextAt();
        await expect.poll(nextAt, { timeout: 5_000 }).toBeGreaterThan(before);
        inFlight -= 1;
      },
    });
    for (const _ of [1, 2]) await working(hold(contextOf([targetAt(url)])));
    await expect.poll(rounds, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    expect(most).toBe(1);
  });

  it('goes on after another one was killed in the middle of a round', async () => {
    const url = await service();
    const program = ['--import', 'tsx', 'test/jobs/monitors.victim.ts'];
    const victim = fork(program[2] ?? '', [redis.client().options.port?.toString() ?? '', environment], {
      execArgv: program.slice(0, 2),
    });
    await new Promise((begun) => victim.once('message', begun));
    victim.kill('SIGKILL');
    expect(await redis.client().exists(keys.roundLease(environment))).toBe(1);
    await working(contextOf([targetAt(url)]));
    await expect.poll(rounds, { timeout: 30_000 }).toBeGreaterThanOrEqual(1);
  });
});

describe('Redis that is killed and comes back', () => {
  it('finds rounds going on, without a burst', async () => {
    const server = await startPrivateRedis();
    onTestFinished(() => server.stop());
    const open = () => {
      const connection = new Redis(server.url, workerConnection);
      connection.on('error', () => undefined);
      onTestFinished(() => {
        connection.disconnect();
      });
      return connection;
    };
    const own = open();
    const url = await service();
    const ended: string[] = [];
    const context = {
      ...contextOf([targetAt(url)]),
      monitors: new Monitors(own),
      series: new Series(own),
      leases: new Leases(own),
      ledger: new Ledger(own, () => undefined),
      review: () => {
        ended.push('round');
        return Promise.resolve();
      },
    };
    const started = await startMonitors({ ...context, connection: open(), environments: [environment] });
    await expect.poll(() => ended.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(1);
    await server.kill();
    const before = ended.length;
    await new Promise((done) => setTimeout(done, 4 * everyMs));
    await server.restart();
    await expect.poll(() => ended.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 2);
    const times = (await new Series(own).since({ environment, service: 'backend' }, 0)).map(({ at }) => at);
    const apart = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    // Nothing is made good later.
    expect(Math.min(...apart)).toBeGreaterThan(everyMs / 4);
    await started.stop();
  });
});
