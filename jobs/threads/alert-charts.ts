import type { Alert } from '../../src/domain/alert/alert.ts';
import type { ChartFiring } from '../../src/charts/request.ts';
import { alertRootId, alertThreadId } from '../../src/domain/alert/thread.ts';
import { symptomTitles } from '../../src/domain/monitor/round.ts';
import { spanNames } from '../../src/domain/monitor/span.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { Alerts } from '../../src/ledger/alerts.ts';
import type { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import { type ChartSources, makeChart, marksOf } from '../../src/slack/charts.ts';
import type { ChartView, Picture } from '../../src/slack/messages/picture.ts';
import { keptCharts } from './kept-charts.ts';

/** In an outage of everything threads come first: a picture costs Slack three calls. */
const mostPictures = 5;

export interface AlertChartOptions extends ChartSources {
  readonly notes: Pick<ThreadNotes, 'read' | 'write'>;
  readonly alerts: Pick<Alerts, 'unsettledCount'>;
  /** Asks for the thread to be drawn again. */
  readonly announce: (thread: string) => Promise<void>;
  readonly now: () => number;
}

/** What the thread of an alert shows drawn; `lately` are operations that may have moved users of its target. */
export interface AlertCharts {
  /** The symptom in the last hour. Undefined: Slack has no picture of it. */
  root(alert: Alert, lately: readonly Operation[]): Promise<Picture | undefined>;
  /** What somebody wanted to see, by when. */
  checks(alert: Alert, lately: readonly Operation[]): Promise<Readonly<Record<string, readonly ChartView[]>>>;
}

/**
 * The charts of an alert: one when it fires, one when it is over, and what people ask for, because Slack keeps every
 * file. The thread comes first, and its picture with the next drawing.
 */
export function alertCharts(options: AlertChartOptions): AlertCharts {
  return {
    root: (alert, lately) => rootPicture(alert, lately, options),
    checks: (alert, lately) => checkCharts(alert, lately, options),
  };
}

async function rootPicture(
  alert: Alert,
  lately: readonly Operation[],
  options: AlertChartOptions,
): Promise<Picture | undefined> {
  const { notes, alerts, announce, now } = options;
  const { service, environment, symptom, measured, firedAt, phase } = alert;
  const thread = alertRootId(alert);
  const name = `picture/${firedAt}/${phase === 'resolved' ? 'over' : 'firing'}`;
  const known = await notes.read(thread);
  const alt = `${symptomTitles[symptom]} of ${service} in ${environment}, the last hour`;
  const file = known.get(name)?.ts;
  if (file !== undefined) return { fileId: file, alt };
  // Before the thread is asked for again: a drawing that shows nothing new takes the place of one that does.
  if ((await alerts.unsettledCount(environment)) > mostPictures) return undefined;
  if (known.get('root')?.ts === undefined) {
    await announce(alertThreadId(alert.key));
    return undefined;
  }
  const wish = {
    target: { service, environment },
    span: '1h' as const,
    at: now(),
    symptom,
    limit: measured.limit,
    marks: marksOf(lately, service),
    firings: firingsOf(alert),
  };
  const { fileId } = await makeChart(wish, options);
  if (fileId === undefined) return undefined;
  await notes.write(thread, name, { ts: fileId, channel: alert.channel, shows: '', at: now() });
  return { fileId, alt };
}

async function checkCharts(
  alert: Alert,
  lately: readonly Operation[],
  options: AlertChartOptions,
): Promise<Readonly<Record<string, readonly ChartView[]>>> {
  const { service, environment, channel, story } = alert;
  const wanted = story.flatMap((event) => (event.type === 'checked' ? [event.at] : []));
  const marks = marksOf(lately, service);
  const firings = firingsOf(alert);
  const charts = wanted.map(async (at) => {
    const make = spanNames.map((span) => ({
      name: `${at}/${span}`,
      make: () => makeChart({ target: { service, environment }, span, at, marks, firings }, options),
    }));
    return [at, await keptCharts({ thread: alertRootId(alert), channel, make }, options)] as const;
  });
  return Object.fromEntries(await Promise.all(charts));
}

/** Each firing of the thread, with its end. */
function firingsOf({ story }: Alert): readonly ChartFiring[] {
  return story.flatMap((event, index) => {
    if (event.type !== 'fired') return [];
    const end = story.slice(index).find(({ type }) => type === 'resolved' || type === 'closed');
    return [{ from: event.at, to: end?.at }];
  });
}
