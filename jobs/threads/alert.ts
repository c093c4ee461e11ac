import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AlertStore } from '../../src/domain/alert/store.ts';
import { changesStorm, type Storm, shownStorm, stormOf } from '../../src/domain/alert/storm.ts';
import { stormThreadId } from '../../src/domain/alert/thread.ts';
import type { AlertFacts } from '../../src/slack/messages/alert/root.ts';
import { alertThread, stormThread } from '../../src/slack/threads.ts';
import type { View } from './view.ts';

/** What the threads of alerts are drawn from. */
export interface AlertSources {
  readonly alerts: Pick<AlertStore, 'alert' | 'open' | 'drawn'>;
  readonly storms: {
    of(environment: string): Promise<Storm | undefined>;
    write(environment: string, storm: Storm): Promise<void>;
  };
  /** What is known around an alert; what cannot be read is left out. */
  readonly factsOf: (alert: Alert) => Promise<AlertFacts>;
  /** Asks for a thread to be drawn. */
  readonly announce: (announcement: {
    readonly operation: string;
    readonly urgent: boolean;
  }) => Promise<void>;
}

/**
 * The newest thread of an alert. When it is one of many, the digest of its environment is asked for first: before this
 * one is marked as drawn, so a crash in between asks again.
 */
export async function alertView(key: string, sources: AlertSources): Promise<View | undefined> {
  const { alerts, factsOf } = sources;
  const alert = await alerts.alert(key);
  if (alert === undefined) return undefined;
  await askForDigest(alert, sources);
  return {
    thread: alertThread(alert, await factsOf(alert)),
    endedAt: alert.resolvedAt,
    drawn: () => alerts.drawn(key, alert.version),
  };
}

async function askForDigest(alert: Alert, { alerts, storms, announce }: AlertSources): Promise<void> {
  const { environment, key, firedAt } = alert;
  const storm = await storms.of(environment);
  const known = storm?.members[key]?.firedAt === firedAt;
  const changes = known
    ? changesStorm(storm, alert)
    : alert.phase !== 'resolved' && stormOf(storm, await alerts.open(environment)) !== storm;
  if (changes) await announce({ operation: stormThreadId(environment), urgent: true });
}

/**
 * The digest of an environment. There is one job of it at a time, so the storm has one writer; what it shows is noted
 * before it is drawn, and a job that dies in between runs again.
 */
export async function stormView(environment: string, sources: AlertSources): Promise<View | undefined> {
  const { alerts, storms } = sources;
  const storm = stormOf(await storms.of(environment), await alerts.open(environment));
  if (storm === undefined) return undefined;
  const read = await Promise.all(Object.keys(storm.members).map((key) => alerts.alert(key)));
  const members = read.filter((alert) => alert !== undefined);
  if (members.length === 0) return undefined;
  await storms.write(environment, shownStorm(storm, members));
  return {
    thread: stormThread({ environment, began: storm.began, alerts: members }),
    drawn: () => Promise.resolve(),
  };
}
