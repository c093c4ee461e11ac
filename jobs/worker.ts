import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { connectGoogle } from '../src/cloud/clients.ts';
import { idTokens } from '../src/cloud/id-token.ts';
import { cloudOf } from '../src/cloud/index.ts';
import { catalogOf, channelOf, type Config, targetOf, targetsOf } from '../src/config/index.ts';
import { HomeNotes } from '../src/ledger/home-notes.ts';
import { Leases } from '../src/ledger/leases.ts';
import { noAlerts } from '../src/domain/alert/store.ts';
import { dueAt } from '../src/ledger/due.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { Monitors } from '../src/ledger/monitors.ts';
import { Pages } from '../src/ledger/pages.ts';
import { recordsOf } from '../src/ledger/records.ts';
import { Series } from '../src/ledger/series.ts';
import { Storms } from '../src/ledger/storms.ts';
import { ThreadNotes } from '../src/ledger/thread-notes.ts';
import type { Target } from '../src/domain/target.ts';
import { pagersOf } from '../src/pages/pagers.ts';
import { workerConnection } from '../src/queue/connection.ts';
import { announceLimit, type Payload, queueNames, queuePrefix, workerDefaults } from '../src/queue/names.ts';
import { HomeQueue } from '../src/queue/home.ts';
import { isUrgent, Producer } from '../src/queue/producer.ts';
import { connectSlack } from '../src/slack/client.ts';
import { redrawLockNotices } from '../src/slack/lock-notices.ts';
import { SlackPages } from '../src/slack/page.ts';
import { permalinkOf } from '../src/slack/permalink.ts';
import { makeLog } from '../src/telemetry/log.ts';
import type { Part } from '../src/telemetry/part.ts';
import { nothingWatched } from '../src/status/gather.ts';
import { announce } from './announce.ts';
import { startHomeWorker } from './home-worker.ts';
import { startMonitors } from './monitors.ts';
import { operate } from './operate.ts';
import { startPages } from './pages.ts';
import { Places } from './places.ts';
import { Probers } from './probers.ts';
import { watchLocks } from './running.ts';
import { sweep } from './sweep.ts';
import type { AlertSources } from './threads/alert.ts';
import { alertFacts } from './threads/alert-facts.ts';

/** Operations one process runs side by side; they mostly wait for Google. */
const concurrency = 20;
const sweepEveryMs = 10_000;
/** BullMQ must have stopped fetching before jobs are given back, or it fetches its own again and hangs. */
const stopFetchingMs = 150;

/** The job side: runs operations, draws threads, sweeps. Any number of workers may run. */
export async function startWorker(config: Config): Promise<Part> {
  const log = makeLog({ level: config.logLevel, name: 'worker' });
  const now = Date.now;
  const redis = new Redis(config.redisUrl, workerConnection);
  const queueRedis = new Redis(config.redisUrl, workerConnection);
  for (const connection of [redis, queueRedis])
    connection.on('error', (error) => {
      log.warn({ err: error }, 'Redis');
    });
  const quiet = (error: Error) => {
    log.debug({ err: error }, 'queue');
  };
  const notes = new ThreadNotes(redis);
  const storms = new Storms(redis);
  const due = { notes, alerts: noAlerts, storms };
  const producer = new Producer(queueRedis, {
    onError: quiet,
    dueAt: (id) => dueAt(id, due),
  });
  const ledger = new Ledger(redis, (operation, event) => {
    producer.announce({ operation, urgent: isUrgent(event) }).catch(quiet);
  });
  const homeNotes = new HomeNotes(redis);
  const home = new HomeQueue(queueRedis, { onError: quiet, notes: homeNotes });
  const google = connectGoogle(config.cloudEndpoint);
  const cloud = cloudOf(google);
  const records = recordsOf(redis);
  const client = connectSlack(config.slack, log);

  const alerts: AlertSources = {
    alerts: noAlerts,
    storms,
    factsOf: alertFacts({
      targetOf: (name) => targetOf(config, name),
      served: records.served,
      ledger,
      notes,
      permalink: (message) => permalinkOf(client, message),
      picture: () => Promise.resolve(undefined),
    }),
    announce: (announcement) => producer.announce(announcement),
  };

  const operations = new Worker<Payload, void>(
    queueNames.operations,
    // BullMQ makes the signal only for a processor with three arguments.
    async (job: Job<Payload>, token?: string, signal?: AbortSignal) =>
      operate(
        { job, token: token ?? '', signal: signal ?? new AbortController().signal },
        {
          ledger,
          producer,
          cloud,
          log,
          now,
          worker: `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`,
          targets: (request) => targetsOf(config, request),
          records,
        },
      ),
    { connection: queueRedis, prefix: queuePrefix, concurrency, ...workerDefaults },
  );
  const announcer = new Worker<Payload, void>(
    queueNames.announce,
    async (job: Job<Payload>, token?: string) =>
      announce(job, token ?? '', {
        ledger,
        alerts,
        notes,
        home,
        client,
        now,
        holdBack: (ms) => producer.holdBack(ms),
      }),
    {
      connection: queueRedis,
      prefix: queuePrefix,
      concurrency: 4,
      limiter: announceLimit(config.slack.updatesPerMinute),
      ...workerDefaults,
    },
  );
  const slackPages = new SlackPages({
    client,
    placeOf: (page) => Promise.resolve({ channel: channelOf(config, page.source) }),
  });
  const pages = startPages({
    connection: queueRedis,
    pages: new Pages(redis),
    pagerOf: pagersOf(config.teams, ({ mention }) => slackPages.pager(mention)),
    tellFailed: (page, way, reason) => slackPages.tellFailed(page, way, reason),
    log,
    now,
  });
  const homes = startHomeWorker({
    connection: queueRedis,
    sources: {
      catalog: catalogOf(config),
      targetOf: (name) => targetOf(config, name),
      run: cloud.run,
      ledger,
      ...records,
      ...nothingWatched,
      now,
    },
    notes: homeNotes,
    home,
    client,
    log,
  });
  const monitors = await startMonitors({
    connection: queueRedis,
    environments: Object.keys(config.environments),
    targets: inEnvironment(config),
    monitors: new Monitors(redis),
    series: new Series(redis),
    leases: new Leases(redis),
    ledger,
    places: new Places(cloudOf(google).run, now),
    probers: new Probers({ idToken: idTokens(), now }),
    review: () => Promise.resolve(),
    log,
    now,
  });
  const workers = [operations, announcer] as const;
  for (const worker of workers) logFailures(worker, log);
  const locks = watchLocks(operations, now);
  const sweeper = setInterval(() => {
    pages.sweep().catch(quiet);
    sweep(ledger, producer).catch(quiet);
    for (const environment of Object.keys(config.environments))
      redrawLockNotices(environment, { client, locks: records.locks, now }).catch(quiet);
  }, sweepEveryMs);
  await Promise.all([pages.ready(), homes.ready(), ...workers.map((worker) => worker.waitUntilReady())]);
  await pages.sweep();
  await sweep(ledger, producer);
  log.info('worker ready');

  return {
    check: async () => {
      await redis.ping();
      return undefined;
    },
    stop: async () => {
      clearInterval(sweeper);
      const closing = Promise.all([pages.close(), homes.stop(), ...workers.map((worker) => worker.close())]);
      await wait(stopFetchingMs);
      operations.cancelAllJobs('shutdown');
      await Promise.all([closing, monitors.stop()]);
      locks.stop();
      await Promise.all([producer.close(), home.close()]);
      // gax waits for calls that were given up; the end of the process ends them.
      void google.close();
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}

/** The targets of an environment, made once: what is known of one is kept by process. */
function inEnvironment(config: Config): (environment: string) => readonly Target[] {
  const known = Object.entries(config.environments).map(
    ([environment, { services }]) =>
      [environment, targetsOf(config, { services, environment }) ?? []] as const,
  );
  const targets = new Map(known);
  return (environment) => targets.get(environment) ?? [];
}

function logFailures(worker: Worker<Payload, void>, log: Logger): void {
  worker.on('failed', (job, error) => {
    log.warn({ err: error, operation: job?.data.operation }, 'job will run again');
  });
  // While Redis is away BullMQ reports so many times a second.
  worker.on('error', (error) => {
    log.debug({ err: error }, 'queue');
  });
}
