import { fork } from 'node:child_process';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MonitorContext } from '../../jobs/monitor.ts';
import { startMonitors } from '../../jobs/monitors.ts';
import { keys } from '../../src/ledger/keys.ts';
import { Series } from '../../src/ledger/series.ts';
import { workerConnection } from '../../src/queue/connection.ts';
import { MonitorQueue } from '../../src/queue/monitors.ts';
import { startPrivateRedis } from '../../src/sandbox/redis.ts';
import { useRedis } from '../support/redis.ts';
import { contextOf, environment, everyMs, service, targetAt } from '../support/monitor-rounds.ts';

const redis = useRedis();

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
    for (const _ of [1, 2]) await working(hold(contextOf(redis.connect(), [targetAt(url)])));
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
    await working(contextOf(redis.connect(), [targetAt(url)]));
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
      ...contextOf(own, [targetAt(url)]),
      review: () => {
        ended.push('round');
        return Promise.resolve();
      },
    };
    const started = await startMonitors({ ...context, connection: open(), environments: [environment] });
    await expect.poll(() => ended.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(1);
    await server.kill();
    const before = ended.length;
    // Two rounds should have come meanwhile: made good, they would come in one burst.
    const killedAt = Date.now();
    await expect.poll(() => Date.now() - killedAt, { timeout: 10_000 }).toBeGreaterThan(2.5 * everyMs);
    await server.restart();
    await expect.poll(() => ended.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 2);
    const times = (await new Series(own).since({ environment, service: 'backend' }, 0)).map(({ at }) => at);
    const apart = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    // Nothing is made good later.
    expect(Math.min(...apart)).toBeGreaterThan(everyMs / 4);
    await started.stop();
  });
});
