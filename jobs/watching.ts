import type { Logger } from 'pino';
import { idTokens } from '../src/cloud/id-token.ts';
import type { Cloud } from '../src/cloud/index.ts';
import { type Config, channelOf, targetOf, targetsOf } from '../src/config/index.ts';
import { isAwaited } from '../src/domain/alert/pages.ts';
import { alertRootId } from '../src/domain/alert/thread.ts';
import type { Page } from '../src/domain/page/page.ts';
import type { Target } from '../src/domain/target.ts';
import type { Alerts } from '../src/ledger/alerts.ts';
import { Leases } from '../src/ledger/leases.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { Monitors } from '../src/ledger/monitors.ts';
import { Pages } from '../src/ledger/pages.ts';
import type { Records } from '../src/ledger/records.ts';
import type { Series } from '../src/ledger/series.ts';
import type { Sights } from '../src/ledger/sights.ts';
import type { ThreadNotes } from '../src/ledger/thread-notes.ts';
import { pagersOf } from '../src/pages/pagers.ts';
import type { Producer } from '../src/queue/producer.ts';
import type { connectSlack } from '../src/slack/client.ts';
import { type PagePlace, SlackPages } from '../src/slack/page.ts';
import { explainAlerts } from './explain-alert.ts';
import { type MonitorsOptions, startMonitors } from './monitors.ts';
import { requestPage } from './page.ts';
import { startPages } from './pages.ts';
import { makeLookout } from './lookout.ts';
import { Places } from './places.ts';
import { Probers } from './probers.ts';
import { makeReview, sweepAlerts } from './review.ts';

/** Who serves is asked in the middle of an outage: without an answer people are woken. Milliseconds. */
const servingWithinMs = 5_000;

export interface WatchingOptions {
  readonly config: Config;
  readonly redis: ConstructorParameters<typeof Pages>[0];
  readonly queueRedis: MonitorsOptions['connection'];
  readonly cloud: Cloud;
  readonly client: ReturnType<typeof connectSlack>;
  readonly ledger: Ledger;
  readonly alerts: Alerts;
  readonly sights: Sights;
  readonly series: Series;
  readonly records: Records;
  readonly notes: ThreadNotes;
  readonly producer: Producer;
  readonly log: Logger;
  readonly now: () => number;
}

/** What a worker does after a deploy, when nobody looks: rounds of probes, what their rules say, and whom they wake. */
export interface Watching {
  ready(): Promise<void>;
  /** Makes good what a crash left undone. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWatching(options: WatchingOptions): Promise<Watching> {
  const { config, redis, queueRedis, cloud, ledger, alerts, series, records, producer, log, now } = options;
  const asked = new Pages(redis);
  const slack = new SlackPages({ client: options.client, placeOf: (page) => placeOf(page, options) });
  const pages = startPages({
    connection: queueRedis,
    pages: asked,
    pagerOf: pagersOf(config.teams, ({ mention }) => slack.pager(mention)),
    tellFailed: (page, way, reason) => slack.tellFailed(page, way, reason),
    log,
    now,
  });
  const submit = async (page: Page): Promise<void> => {
    // A team that is not configured is not paged: the thread is all there is.
    await requestPage(page, { teams: config.teams, pages: asked, queue: pages.queue, now });
  };
  const reviewing = {
    series,
    alerts,
    ledger,
    records,
    producer,
    pages: { submit },
    explain: explainAlerts({ cloud, alerts, log, now }),
    serving: async (target: Target) =>
      (await cloud.run.service(target, AbortSignal.timeout(servingWithinMs)))?.serving ?? [],
    targetOf: (name: { readonly service: string; readonly environment: string }) => targetOf(config, name),
    log,
    now,
  };
  const monitors = await startMonitors({
    connection: queueRedis,
    environments: Object.keys(config.environments),
    targets: inEnvironment(config),
    monitors: new Monitors(redis),
    series,
    leases: new Leases(redis),
    ledger,
    places: new Places(cloud.run, now),
    probers: new Probers({ idToken: idTokens(), now }),
    review: makeReview(reviewing),
    lookout: makeLookout({ series, sights: options.sights, now }),
    log,
    now,
  });
  return {
    ready: () => pages.ready(),
    sweep: async () => {
      await Promise.all([pages.sweep(), sweepAlerts(reviewing)]);
    },
    stop: async () => {
      await Promise.all([pages.close(), monitors.stop()]);
    },
  };
}

/** The thread of the alert that pages. @throws while it has no root yet: the page is tried again */
async function placeOf(
  page: Page,
  { config, alerts, notes }: Pick<WatchingOptions, 'config' | 'alerts' | 'notes'>,
): Promise<PagePlace> {
  const [key = ''] = page.dedupKey.split('#');
  const alert = await alerts.alert(key);
  if (alert === undefined) return { channel: channelOf(config, page.source) };
  const root = (await notes.read(alertRootId(alert))).get('root');
  if (root?.ts === undefined) throw new Error(`The thread of ${key} has no root yet`);
  return { channel: root.channel, root: root.ts, over: !isAwaited(alert, page) };
}

/** The targets of an environment, made once: what is known of one is kept by process. */
function inEnvironment(config: Config): (environment: string) => readonly Target[] {
  const known = Object.entries(config.environments).map(
    ([environment, { services }]) =>
      [environment, targetsOf(config, { services: [...services], environment }) ?? []] as const,
  );
  const targets = new Map(known);
  return (environment) => targets.get(environment) ?? [];
}
