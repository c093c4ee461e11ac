import { Redis } from 'ioredis';
import { pino } from 'pino';
import { makeLookout } from '../../jobs/lookout.ts';
import { Places } from '../../jobs/places.ts';
import { startMonitors } from '../../jobs/monitors.ts';
import { Probers } from '../../jobs/probers.ts';
import { makeReview } from '../../jobs/review.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { Target } from '../../src/domain/target.ts';
import { Alerts } from '../../src/ledger/alerts.ts';
import { Leases } from '../../src/ledger/leases.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { Monitors } from '../../src/ledger/monitors.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { Series } from '../../src/ledger/series.ts';
import { Sights } from '../../src/ledger/sights.ts';
import { workerConnection } from '../../src/queue/connection.ts';
import { httpPlan, planOf, socketPlan } from '../probes/lab/plans.ts';
import { environments, anyTarget, services } from './monitors.world.ts';

/** One worker that watches; tells what its CPU has done so far whenever it is asked. */
const [redisUrl = '', port = ''] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}`;

function target(service: string, environment: string): Target {
  const front = { url, timeoutMs: 30_000, serverless: true };
  const validation = planOf({
    http: [
      { ...httpPlan, path: '/health' },
      { ...httpPlan, path: '/api/status' },
    ],
    websocket: [socketPlan],
  });
  return { ...anyTarget, service, environment, front, validation, health: [], monitors: defaultPolicy };
}

const targets = new Map(
  environments.map((environment) => [environment, services.map((service) => target(service, environment))]),
);
const redis = new Redis(redisUrl, workerConnection);
const series = new Series(redis);
const ledger = new Ledger(redis, () => undefined);
const log = pino({ level: 'warn' });
const none = () => Promise.reject(new Error('Nothing fires here'));
const review = makeReview({
  series,
  alerts: new Alerts(redis, () => undefined),
  ledger,
  records: recordsOf(redis),
  producer: { submit: none, wake: none },
  pages: { submit: none },
  explain: () => undefined,
  serving: none,
  log,
  now: Date.now,
});
const monitors = await startMonitors({
  connection: new Redis(redisUrl, workerConnection),
  environments,
  targets: (environment) => targets.get(environment) ?? [],
  monitors: new Monitors(redis),
  series,
  leases: new Leases(redis),
  ledger,
  places: new Places({ service: () => Promise.resolve(undefined) }, Date.now),
  probers: new Probers({ idToken: () => Promise.reject(new Error('none here')), now: Date.now }),
  review,
  lookout: makeLookout({ series, sights: new Sights(redis, () => undefined), now: Date.now }),
  log,
  now: Date.now,
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, megabytes: process.memoryUsage().rss / 1e6 });
});
process.once('disconnect', () => {
  void monitors.stop().then(() => process.exit(0));
});
process.send?.('ready');
