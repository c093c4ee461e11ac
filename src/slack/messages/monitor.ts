import type { Alert } from '../../domain/alert/alert.ts';
import type { AlertRule, MonitorPolicy } from '../../domain/monitor/policy.ts';
import { symptomTitles } from '../../domain/monitor/round.ts';
import type { BlindNow } from '../../domain/monitor/sight.ts';
import type { WatchState } from '../../domain/monitor/store.ts';
import type { Summary } from '../../domain/monitor/summary.ts';
import { type Catalog, exampleOf } from '../../domain/request/catalog.ts';
import { alertStatus } from './alert/root.ts';
import { percent } from './alert/measured.ts';
import { longestText, section } from './draft.ts';
import { age, brief, clip, code, dateText, duration } from './mrkdwn.ts';
import { monitorChartsButton } from './monitor-charts.ts';
import { noted, type PrivateAnswer } from './private.ts';
import { blindLines, blindNext } from './sight.ts';
import { table } from './table.ts';

export interface MonitorView {
  readonly environment: string;
  readonly watching: WatchState;
  readonly policy: MonitorPolicy;
  /** Of the last hour, in the order of the environment. */
  readonly services: readonly { readonly service: string; readonly summary: Summary }[];
  /** Those that are not resolved. */
  readonly alerts: readonly Alert[];
  /** Absent: the prober sees, or nobody looks. */
  readonly blind?: BlindNow | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const mostAlerts = 10;
/** Of rounds that should have come by now. */
const lateRounds = 3;

/** How an environment is watched, what was measured in the last hour, what fires, and what to do next. */
export function monitorStatus(view: MonitorView): PrivateAnswer {
  const { environment, services, alerts, policy, blind } = view;
  const watching = `*${brief(environment, 80)} ${watchingText(view)}*`;
  const head = [watching, ...(blind === undefined ? [] : blindLines(blind))].join('\n');
  const rows = services.map((each) => rowOf(each, view));
  const shown = alerts.slice(0, mostAlerts).map((alert) => {
    return `• ${symptomTitles[alert.symptom]} of ${brief(alert.service, 80)}: ${alertStatus(alert)}, <#${alert.channel}>`;
  });
  const more = alerts.length > mostAlerts ? [`… and ${alerts.length - mostAlerts} more`] : [];
  const below = [
    `*Rules* ${policy.rules.length === 0 ? 'none' : ''}`.trimEnd(),
    ...policy.rules.map(ruleText),
    alerts.length === 0 ? '*Open alerts* none' : `*Open alerts* ${alerts.length}`,
    ...shown,
    ...more,
    `*Next* ${nextText(view)}`,
  ].join('\n');
  const lines = rows.map((cells) =>
    cells.map((cell, column) => `${column === 0 ? '' : `${columns[column] ?? ''} `}${cell}`).join(' · '),
  );
  return {
    text: clip([head, ...lines.map((line) => brief(line)), below].join('\n'), longestText),
    blocks: [
      section(head),
      table(columns, rows),
      section(below),
      { type: 'actions', elements: [monitorChartsButton(environment)] },
    ],
  };
}

const columns = [
  'Service',
  'Last round',
  'Available, 1 h',
  'HTTP p50 / p95',
  'Handshake p50 / p95',
  'Alerts',
];

function rowOf(
  { service, summary }: MonitorView['services'][number],
  { alerts, now }: MonitorView,
): readonly string[] {
  const { lastAt, availability, samples, http, handshake } = summary;
  const open = alerts.filter((alert) => alert.service === service).length;
  const latency = (measured: Summary['http']) =>
    measured === undefined ? '–' : `${duration(measured.p50)} / ${duration(measured.p95)}`;
  return [
    service,
    lastAt === undefined ? 'none' : `${age(now - lastAt)} ago`,
    availability === undefined ? '–' : `${shareText(availability)} of ${samples}`,
    latency(http),
    latency(handshake),
    open === 0 ? 'none' : String(open),
  ];
}

/** Cut and not rounded: 99.99 % is not all. */
function shareText(share: number): string {
  return `${Math.floor(share * 10_000) / 100} %`;
}

function watchingText({ watching, policy }: MonitorView): string {
  const { on, until, byName } = watching;
  const who = byName === undefined ? ', as configured' : `, by ${brief(byName, 80)}`;
  const end = until === undefined ? '' : ` until ${dateText(until)}`;
  return on ? `is watched each ${duration(policy.everyMs)}${who}${end}` : `is not watched${who}${end}`;
}

function ruleText({ symptom, limit, page, rollback, dryRun }: AlertRule): string {
  const above = symptom === 'serverErrors' ? ' above what was usual' : '';
  const does = [
    ...(rollback ? ['takes back a deploy that ended just before'] : []),
    page === undefined ? 'a thread only' : `pages ${brief(page, 60)}`,
  ].join(', else ');
  return `• ${symptomTitles[symptom]} over ${percent(limit)}${above}: ${dryRun ? 'only says that it would: ' : ''}${does}`;
}

function nextText({ environment, watching, policy, services, alerts, blind, now }: MonitorView): string {
  const command = (words: string) => code(`/monitor ${environment} ${words}`);
  if (!watching.on) return `${command('start')}, or ${command('start for 10m')}.`;
  if (blind !== undefined) return blindNext(blind.diagnoses);
  const silent = services.filter(
    ({ summary }) => now - (summary.lastAt ?? watching.at ?? 0) > lateRounds * policy.everyMs,
  );
  if (silent.length > 0) {
    const names = silent.map(({ service }) => brief(service, 80)).join(', ');
    return `No round of ${names} came lately: look at the log of the worker.`;
  }
  const firing = alerts.filter(({ phase }) => phase === 'firing').length;
  return firing === 0
    ? 'Nothing to do.'
    : 'Read the threads of what fires; acknowledge there what you look after.';
}

/** A person has said whether an environment is watched. */
export function monitorNoted(environment: string, on: boolean, until: number | undefined): PrivateAnswer {
  const end = until === undefined ? 'until somebody stops it' : `until ${dateText(until)}`;
  const name = brief(environment, 80);
  return noted(
    on
      ? `*${name} is watched* ${end}. ${code(`/monitor ${environment}`)} says what was measured.`
      : `*${name} is not watched any more*, until somebody starts it. Alerts that are open stay as they are.`,
  );
}

export function monitorHelp(catalog: Catalog): PrivateAnswer {
  return noted(
    [
      '*Watch an environment*',
      code('/monitor <environment> [start|stop|status] [for <time>]'),
      `For example ${code(exampleOf('monitor', catalog))}`,
      'slipway asks what users reach each few seconds, and tells in a thread when something is too frequent. Without a word it says what was measured; with a time it stops by itself.',
      'In the thread of an alert: its buttons, or `@slipway ack`, `@slipway snooze 1h`, `@slipway rollback`, `@slipway checks`.',
    ].join('\n'),
  );
}
