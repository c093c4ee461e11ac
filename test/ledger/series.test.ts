import { beforeEach, describe, expect, it } from 'vitest';
import { minuteMs } from '../../src/domain/monitor/minute.ts';
import type { MonitorRound } from '../../src/domain/monitor/round.ts';
import { keys } from '../../src/ledger/keys.ts';
import { Series } from '../../src/ledger/series.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const target = { environment: 'staging', service: 'backend' };
const start = 1_767_607_200_000;
const everyMs = 10_000;
let series: Series;
beforeEach(() => {
  series = new Series(redis.client());
});

function round(at: number, failures = 0): MonitorRound {
  return {
    at,
    tallies: { connectionFailures: { samples: 20, failures }, journeys: { samples: 1, failures: 0 } },
    http: { p50: 12, p95: 34 },
    handshake: { p50: 5.1, p95: 9.4 },
    blind: failures > 0 ? 2 : 0,
    diagnoses: failures > 0 ? ['TCP_REFUSED', 'BAD_GATEWAY'] : [],
    ...(failures > 0 ? { during: 'staging-42' } : {}),
  };
}

async function addMany(count: number, failuresOf: (index: number) => number = () => 0): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await series.add(target, round(start + index * everyMs, failuresOf(index)));
}

describe('a series', () => {
  it('tells the last minute as one, and nothing of what is older', async () => {
    await addMany(10, (index) => (index === 9 ? 5 : 0));
    const last = await series.last(target, start + 95_000);
    expect(last).toMatchObject({ at: start + 90_000 });
    expect(last?.tallies.connectionFailures).toEqual({ samples: 120, failures: 5 });
    expect(await series.last(target, start + 151_000)).toBeUndefined();
  });

  it('gives back what was put in', async () => {
    const bare: MonitorRound = { at: start + 2, tallies: {}, blind: 20, diagnoses: ['PROBER_DNS'] };
    const rounds = [round(start), round(start + 1, 7), bare];
    for (const each of rounds) expect(await series.add(target, each)).toBe(true);
    expect(await series.since(target, start)).toEqual(rounds);
    expect(await series.since(target, start + 1)).toEqual(rounds.slice(1));
    expect(await series.since({ ...target, service: 'auth' }, start)).toEqual([]);
  });

  it('takes each round once, and none that comes after a later one', async () => {
    expect(await series.add(target, round(start))).toBe(true);
    expect(await series.add(target, round(start, 3))).toBe(false);
    expect(await series.add(target, round(start - 1))).toBe(false);
    const [one, other] = [new Series(redis.connect()), new Series(redis.connect())];
    const added = await Promise.all([one, other].map((each) => each.add(target, round(start + 1))));
    expect(added.toSorted()).toEqual([false, true]);
    expect(await series.since(target, 0)).toHaveLength(2);
  });

  it('tells of minutes: sums, the highest p95, and a trouble of 20 s', async () => {
    await addMany(13, (index) => (index === 8 || index === 9 ? 20 : 0));
    const minutes = await series.minutes(target, start, start + 10 * minuteMs);
    expect(minutes.map(({ at }) => at - start)).toEqual([0, minuteMs, 2 * minuteMs]);
    expect(minutes[1]).toMatchObject({
      tallies: { connectionFailures: { samples: 120, failures: 40 }, journeys: { samples: 6, failures: 0 } },
      http: { p50: 12, p95: 34 },
      blind: 4,
      during: 'staging-42',
      diagnoses: ['TCP_REFUSED', 'BAD_GATEWAY'],
    });
    expect(minutes[2]?.tallies.connectionFailures).toEqual({ samples: 20, failures: 0 });
    expect(await series.minutes(target, start + minuteMs, start + 2 * minuteMs - 1)).toEqual([minutes[1]]);
  });

  it('makes each minute once, whoever begins the next one, also when that was half done before', async () => {
    await addMany(6);
    const minute = await redis
      .client()
      .xadd(keys.minutes('staging/backend'), `${start}-0`, '120,,,,6', '12,34');
    expect(minute).toBe(`${start}-0`);
    await addMany(7);
    expect(await redis.client().xlen(keys.minutes('staging/backend'))).toBe(1);
  });

  it('keeps a day of rounds and is gone when nothing is added', async () => {
    await addMany(120);
    await series.add(target, round(start + 86_400_000 + 119 * everyMs));
    // Redis trims whole nodes of 100 entries.
    expect(await redis.client().xlen(keys.rounds('staging/backend'))).toBeLessThanOrEqual(101);
    expect(await redis.client().pttl(keys.rounds('staging/backend'))).toBeGreaterThan(86_300_000);
    expect(await redis.client().pttl(keys.minutes('staging/backend'))).toBeGreaterThan(29 * 86_400_000);
  });

  it('takes little room where all is well', async () => {
    await addMany(600);
    const used = await redis.client().memory('USAGE', keys.rounds('staging/backend'), 'SAMPLES', 0);
    expect(Number(used) / 600).toBeLessThan(40);
  });
});
