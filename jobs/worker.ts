import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { connectGoogle } from '../src/cloud/clients.ts';
import { cloudOf } from '../src/cloud/index.ts';
import { type Config, catalogOf, targetOf, targetsOf } from '../src/config/index.ts';
import { defaultPolicy } from '../src/domain/monitor/policy.ts';
import { Alerts } from '../src/ledger/alerts.ts';
import { dueAt } from '../src/ledger/due.ts';
import { HomeNotes } from '../src/ledger/home-notes.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { Recent } from '../src/ledger/recent.ts';
import { recordsOf } from '../src/ledger/records.ts';
import { Monitors } from '../src/ledger/monitors.ts';
import { Series } from '../src/ledger/series.ts';
import { Sights } from '../src/ledger/sights.ts';
import { Storms } from '../src/ledger/storms.ts';
import { ThreadNotes } from '../src/ledger/thread-notes.ts';
import { workerConnection } from '../src/queue/connection.ts';
import { HomeQueue } from '../src/queue/home.ts';
import { announceLimit, type Payload, queueNames, queuePrefix, workerDefaults } from '../src/queue/names.ts';
import { isUrgent, Producer } from '../src/queue/producer.ts';
import { channelState } from '../src/slack/channel.ts';
import { connectSlack } from '../src/slack/client.ts';
import { redrawLockNotices } from '../src/slack/lock-notices.ts';
import { permalinkOf } from '../src/slack/permalink.ts';
import { threadLinks } from '../src/slack/thread-link.ts';
import { makeLog } from '../src/telemetry/log.ts';
import type { Part } from '../src/telemetry/part.ts';
import { announce } from './announce.ts';
import { startHomeWorker } from './home-worker.ts';
import { operate } from './operate.ts';
import { watchLocks } from './running.ts';
import { sweep } from './sweep.ts';
import { startTelling } from './telling.ts';
import type { AlertSources } from './threads/alert.ts';
import { alertFacts } from './threads/alert-facts.ts';
import { alertCharts } from './threads/alert-charts.ts';
import { startWatching } from './watching.ts';

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
  const alerts = new Alerts(redis, (thread, event) => {
    producer.announce({ operation: thread, urgent: isUrgent(event) }).catch(quiet);
  });
  const sights = new Sights(redis, (thread, event) => {
    producer.announce({ operation: thread, urgent: isUrgent(event) }).catch(quiet);
  });
  const series = new Series(redis);
  const due = { notes, alerts, storms, sights };
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
  const cloud = cloudOf(google, { web: config.cloudWeb, programs: config.programs });
  const records = recordsOf(redis);
  const client = connectSlack(config.slack, log);

  const announceAgain = (thread: string) => producer.announce({ operation: thread, urgent: false });
  const drawing = {
    client,
    series,
    notes,
    everyMs: (environment: string) => (config.environments[environment]?.monitors ?? defaultPolicy).everyMs,
    announce: announceAgain,
    now,
  };
  const told: AlertSources = {
    alerts,
    storms,
    factsOf: alertFacts({
      targetOf: (name) => targetOf(config, name),
      served: records.served,
      ledger,
      notes,
      permalink: (message) => permalinkOf(client, message),
      recent: new Recent(redis, ledger),
      charts: alertCharts({ ...drawing, alerts }),
    }),
    announce: (announcement) => producer.announce(announcement),
  };
  const telling = startTelling({ ...drawing, config, redis, ledger, alerts, log });

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
          channel: (id) => channelState(client, id),
        },
      ),
    { connection: queueRedis, prefix: queuePrefix, concurrency, ...workerDefaults },
  );
  const announcer = new Worker<Payload, void>(
    queueNames.announce,
    async (job: Job<Payload>, token?: string) =>
      announce(job, token ?? '', {
        ledger,
        alerts: told,
        sights,
        operations: telling.operations,
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
  const homes = startHomeWorker({
    connection: queueRedis,
    sources: {
      catalog: catalogOf(config),
      targetOf: (name) => targetOf(config, name),
      run: cloud.run,
      ledger,
      ...records,
      alerts,
      rounds: { last: (target) => series.last(target, now()) },
      monitors: new Monitors(redis),
      sights,
      threadOf: threadLinks(notes, client),
      now,
    },
    notes: homeNotes,
    home,
    client,
    log,
  });
  const watching = await startWatching({
    config,
    redis,
    queueRedis,
    cloud,
    client,
    ledger,
    alerts,
    sights,
    series,
    records,
    notes,
    producer,
    log,
    now,
  });
  const workers = [operations, announcer] as const;
  for (const worker of workers) logFailures(worker, log);
  const locks = watchLocks(operations, now);
  const sweeper = setInterval(() => {
    watching.sweep().catch(quiet);
    sweep(ledger, producer).catch(quiet);
    telling.issues.sweep().catch(quiet);
    for (const environment of Object.keys(config.environments))
      redrawLockNotices(environment, { client, locks: records.locks, now }).catch(quiet);
  }, sweepEveryMs);
  await Promise.all([watching.ready(), homes.ready(), ...workers.map((worker) => worker.waitUntilReady())]);
  await watching.sweep();
  await sweep(ledger, producer);
  log.info('worker ready');

  return {
    check: async () => {
      await redis.ping();
      return undefined;
    },
    stop: async () => {
      clearInterval(sweeper);
      telling.issues.stop();
      const closing = Promise.all([homes.stop(), ...workers.map((worker) => worker.close())]);
      await wait(stopFetchingMs);
      operations.cancelAllJobs('shutdown');
      await Promise.all([closing, watching.stop()]);
      locks.stop();
      await Promise.all([producer.close(), home.close()]);
      // gax waits for calls that were given up; the end of the process ends them.
      void google.close();
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
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
