import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Redis } from 'ioredis';
import type { MonitorContext } from '../../jobs/monitor.ts';
import { Places } from '../../jobs/places.ts';
import { Probers } from '../../jobs/probers.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { Target } from '../../src/domain/target.ts';
import { Leases } from '../../src/ledger/leases.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { Monitors } from '../../src/ledger/monitors.ts';
import { Series } from '../../src/ledger/series.ts';
import { backend } from '../cloud/support.ts';
import { loopback } from './loopback.ts';

export const everyMs = 1_000;
export const environment = 'staging';

/** A service that is well; it ends with the test. @param answer what each answer waits for @returns its URL */
export async function service(answer = (): Promise<void> => Promise.resolve()): Promise<string> {
  const server = await loopback((_request, response) => {
    void answer().then(() => response.end('{}'));
  });
  onTestFinished(() => server.stop());
  return server.url;
}

/** A target whose users are at that URL, watched. */
export function targetAt(url: string, more: Partial<Target> = {}): Target {
  const front = { url, timeoutMs: 30_000, serverless: true };
  return { ...backend, front, monitors: { ...defaultPolicy, on: true, everyMs }, ...more };
}

/** All that makes rounds of these targets; nothing comes of what they find. */
export function contextOf(redis: Redis, targets: readonly Target[]): MonitorContext {
  return {
    targets: (name) => targets.filter((target) => target.environment === name),
    monitors: new Monitors(redis),
    series: new Series(redis),
    leases: new Leases(redis),
    ledger: new Ledger(redis, () => undefined),
    places: new Places({ service: () => Promise.resolve(undefined) }, Date.now),
    probers: new Probers({ idToken: () => Promise.reject(new Error('none here')), now: Date.now }),
    review: () => Promise.resolve(),
    lookout: () => Promise.resolve(),
    log: pino({ level: 'silent' }),
    now: Date.now,
  };
}
