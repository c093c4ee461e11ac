import type { Redis } from 'ioredis';
import { asMinutes } from '../../src/domain/monitor/minute.ts';
import type { MonitorRound } from '../../src/domain/monitor/round.ts';
import { targetKey } from '../../src/domain/target.ts';
import { keys } from '../../src/ledger/keys.ts';
import { lineOf } from '../../src/ledger/series-line.ts';
import { environments, services } from './monitors.world.ts';

const hourMs = 3_600_000;

/** A round as the prober makes it of a service that is well. */
export function roundAt(at: number): MonitorRound {
  const tally = (samples: number) => ({ samples, failures: 0 });
  const times = () => ({ p50: 20 + Math.random() * 30, p95: 50 + Math.random() * 100 });
  return {
    at,
    tallies: {
      connectionFailures: tally(20),
      handshakeFailures: tally(10),
      serverErrors: tally(10),
      timeouts: tally(20),
      journeys: tally(1),
    },
    http: times(),
    handshake: times(),
    blind: 0,
    diagnoses: [],
  };
}

/** Writes the last hour of all targets at once, as `Series` would have: what a review reads after an hour. */
export async function writeLastHour(redis: Redis, everyMs: number): Promise<void> {
  const from = Date.now() - hourMs;
  const rounds = Array.from({ length: Math.floor(hourMs / everyMs) }, (_, index) =>
    roundAt(from + index * everyMs),
  );
  // The minute that is not over has rounds only.
  const minutes = asMinutes(rounds).slice(0, -1);
  for (const environment of environments) {
    const pipeline = redis.pipeline();
    for (const service of services) {
      const target = targetKey({ environment, service });
      for (const [key, entries] of [
        [keys.rounds(target), rounds],
        [keys.minutes(target), minutes],
      ] as const)
        for (const entry of entries) {
          const { shape, latencies } = lineOf(entry);
          pipeline.xadd(key, `${entry.at}-0`, shape, latencies);
        }
    }
    await pipeline.exec();
  }
}
