import { App } from '@slack/bolt';
import { Redis } from 'ioredis';
import pRetry from 'p-retry';
import type { Logger } from 'pino';
import { connectGoogle } from './cloud/clients.ts';
import { CloudRun } from './cloud/run.ts';
import { type Config, catalogOf, targetOf } from './config/index.ts';
import { Alerts } from './ledger/alerts.ts';
import { dueAt } from './ledger/due.ts';
import { HomeNotes } from './ledger/home-notes.ts';
import { Ledger } from './ledger/ledger.ts';
import { Monitors } from './ledger/monitors.ts';
import { recordsOf } from './ledger/records.ts';
import { Series } from './ledger/series.ts';
import { Sights } from './ledger/sights.ts';
import { Storms } from './ledger/storms.ts';
import { ThreadNotes } from './ledger/thread-notes.ts';
import { producerConnection } from './queue/connection.ts';
import { HomeQueue } from './queue/home.ts';
import { isUrgent, Producer } from './queue/producer.ts';
import { Approvers } from './slack/approvers.ts';
import { clientOptions, slackErrorName, slackLogger } from './slack/client.ts';
import { register } from './slack/listeners/index.ts';
import { Names } from './slack/names.ts';
import { KeepingReceiver } from './slack/receiver.ts';
import { threadLinks } from './slack/thread-link.ts';
import { makeLog } from './telemetry/log.ts';
import type { Part } from './telemetry/part.ts';

/**
 * A pong later than this means a dead socket, and after a lost socket socket-mode 3.1 waits as long before
 * it opens the next: its default of 5 s would leave each of Slack's hourly refreshes as a gap of 5 s.
 */
const deafMs = 2_500;

/** How long to pause, in milliseconds, while Slack does not answer. */
const pauses = { factor: 1.3, minTimeout: 1_000, maxTimeout: 10_000 } as const;

/**
 * The Slack side: hears commands and clicks, writes them down and answers in private. Threads are drawn
 * by workers, so any number of bots may run.
 */
export async function startBot(config: Config): Promise<Part> {
  const log = makeLog({ level: config.logLevel, name: 'bot' });
  const redis = new Redis(config.redisUrl, producerConnection);
  const queueRedis = new Redis(config.redisUrl, producerConnection);
  for (const connection of [redis, queueRedis])
    connection.on('error', (error) => {
      log.warn({ err: error }, 'Redis');
    });
  const notes = new ThreadNotes(redis);
  const onError = (error: Error) => {
    log.debug({ err: error }, 'queue');
  };
  const announce = (thread: string, event: string): void => {
    producer.announce({ operation: thread, urgent: isUrgent(event) }).catch((error: unknown) => {
      log.warn({ err: error, thread }, 'announcement left to the sweep');
    });
  };
  const alerts = new Alerts(redis, announce);
  // Only workers write them.
  const sights = new Sights(redis, () => undefined);
  const due = { notes, alerts, storms: new Storms(redis), sights };
  const producer = new Producer(queueRedis, { onError, dueAt: (id) => dueAt(id, due) });
  const series = new Series(redis);
  const homeNotes = new HomeNotes(redis);
  const home = new HomeQueue(queueRedis, { onError, notes: homeNotes });
  const ledger = new Ledger(redis, announce);
  const google = connectGoogle(config.cloudEndpoint);
  const receiver = makeReceiver(config, log);
  const app = makeApp(receiver, config, log);
  register(app, {
    catalog: catalogOf(config),
    targetOf: (name) => targetOf(config, name),
    ledger,
    ...recordsOf(redis),
    alerts,
    monitors: new Monitors(redis),
    sights,
    rounds: {
      since: (target, fromMs) => series.since(target, fromMs),
      minutes: (target, fromMs, toMs) => series.minutes(target, fromMs, toMs),
      last: (target) => series.last(target, Date.now()),
    },
    mentionedOf: (team) =>
      (config.teams[team] ?? []).flatMap((way) => (way.kind === 'slack' ? way.mention : [])),
    notes,
    threadOf: threadLinks(notes, app.client),
    producer,
    home,
    homeNotes,
    approvers: new Approvers(app.client, Date.now),
    names: new Names(app.client),
    run: new CloudRun(google),
    log,
    now: Date.now,
  });
  await pRetry(() => app.init(), {
    ...pauses,
    retries: Number.POSITIVE_INFINITY,
    // An answer such as `invalid_auth` stays what it is.
    shouldRetry: ({ error }) => slackErrorName(error) === undefined,
    onFailedAttempt: ({ error }) => {
      log.warn({ err: error }, 'Slack does not answer yet');
    },
  });
  await app.start();
  log.info('bot ready');
  return {
    check: async () => {
      await redis.ping();
      return undefined;
    },
    stop: async () => {
      // First while acks still find their way, then what was heard in between.
      await receiver.quiet();
      await app.stop();
      await receiver.quiet();
      await Promise.all([producer.close(), home.close()]);
      // gax waits for calls that were given up; the end of the process ends them.
      void google.close();
      redis.disconnect();
      queueRedis.disconnect();
    },
  };
}

function makeReceiver({ slack }: Config, log: Logger): KeepingReceiver {
  const options = {
    appToken: slack.appToken,
    clientPingTimeout: deafMs,
    logger: slackLogger(log),
    // The socket is opened with a client of its own, which must outlast any outage of Slack.
    installerOptions: {
      clientOptions: { ...clientOptions(slack.apiUrl, log), retryConfig: { ...pauses, forever: true } },
    },
  };
  return new KeepingReceiver(options, log);
}

function makeApp(receiver: KeepingReceiver, { slack }: Config, log: Logger): App {
  const app = new App({
    token: slack.botToken,
    receiver,
    deferInitialization: true,
    logger: slackLogger(log),
    clientOptions: clientOptions(slack.apiUrl, log),
  });
  app.error(async (error) => {
    await Promise.resolve();
    log.error({ err: error }, 'a listener failed');
  });
  return app;
}
