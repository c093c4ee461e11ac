import type { Alert } from '../../../domain/alert/alert.ts';
import type { ServiceCard } from '../../../domain/monitor/policy.ts';
import { symptomTitles } from '../../../domain/monitor/round.ts';
import { type Operation, operationLabel } from '../../../domain/operation.ts';
import { causeLines } from '../cause.ts';
import { type Draft, draft } from '../draft.ts';
import { concernLine } from '../concern.ts';
import { brief, clockText, code, dateText, duration, link } from '../mrkdwn.ts';
import { type ChartView, type Picture, pictureBlock } from '../picture.ts';
import { status } from '../root.ts';
import { alertButtons } from './buttons.ts';
import { diagnosisLines, measuredText, percent } from './measured.ts';

/** What is known around an alert beside itself. */
export interface AlertFacts {
  readonly card: ServiceCard;
  /** The last operations that were to change the target, however they ended, newest first. */
  readonly lately: readonly Operation[];
  /** The operation that takes users back because of it. */
  readonly rollback?: Operation | undefined;
  /** The revision that a rollback would lead to. */
  readonly lastGood?: string | undefined;
  /** A chart that Slack has. */
  readonly picture?: Picture | undefined;
  /** What was measured, by when somebody wanted to see it, milliseconds since 1970. */
  readonly checks?: Readonly<Record<string, readonly ChartView[]>>;
  /** Where the threads of operations are, by their ids. */
  readonly links: Readonly<Record<string, string>>;
}

const mostLately = 3;

/** The message that is the alert: what, since when, how bad, what may be behind it, whom it concerns, and what can be done. */
export function alertRoot(alert: Alert, facts: AlertFacts): Draft {
  const { symptom, service, environment, phase } = alert;
  const lines = [
    `*${symptomTitles[symptom]}* · ${brief(service, 80)} in ${brief(environment, 80)} · ${alertStatus(alert)}`,
    ...(alert.dryRun ? ['*Trial run* This rule wakes nobody and takes nobody back; it only says so.'] : []),
    ...measuredLines(alert),
    ...(phase === 'resolved' ? [] : diagnosisLines(alert.measured)),
    ...causeLines(alert),
    ...flappingLines(alert),
    ...rollbackLines(alert, facts),
    ...latelyLines(alert, facts),
    ...concernLines(alert, facts),
  ];
  return draft({
    key: 'root',
    lines,
    more: [
      ...(facts.picture === undefined ? [] : [pictureBlock(facts.picture)]),
      alertButtons(alert, facts.lastGood),
    ],
  });
}

/** One line that says how the alert stands. */
export function alertStatus(alert: Alert): string {
  const { phase, since, acknowledged, snoozed, resolvedAt = 0, dryRun, closed } = alert;
  const began = clockText(since);
  switch (phase) {
    case 'firing':
      return dryRun ? `*would have fired* at ${began}` : `*firing* since ${began}`;
    case 'acknowledged':
      return `*acknowledged* by ${brief(acknowledged?.byName ?? 'somebody', 80)}, since ${began}`;
    case 'snoozed':
      return `*snoozed* by ${brief(snoozed?.byName ?? 'somebody', 80)} until ${dateText(snoozed?.until ?? 0)}`;
    case 'resolved':
      if (closed !== undefined)
        return `*closed* after ${duration(resolvedAt - since)}: its rule is gone ${code(closed)}`;
      return `${dryRun ? '*would have been resolved*' : '*resolved*'} after ${duration(resolvedAt - since)}`;
  }
}

function measuredLines({ phase, measured, worst, symptom, closed }: Alert): readonly string[] {
  const text = measuredText(measured, symptom === 'serverErrors' ? ', with what was usual before' : '');
  const peak = worst.value > measured.value ? `; ${percent(worst.value)} at the worst` : '';
  const when = closed !== undefined ? 'last ' : phase === 'resolved' ? 'now ' : '';
  return [`*Measured* ${when}${text}${peak}`];
}

function flappingLines({ flapping, firings }: Alert): readonly string[] {
  if (!flapping) return [];
  const first = firings[0] ?? 0;
  return [
    `*Comes and goes* fired ${firings.length} times since ${clockText(first)}: over only after a long quiet time`,
  ];
}

/** How users are taken back because of it: asked for, on its way, or how it ended. */
function rollbackLines(alert: Alert, { rollback, links }: AlertFacts): readonly string[] {
  const { takeBack, pagedAt, dryRun, phase } = alert;
  if (alert.rollback !== undefined) {
    const told = linked(alert.rollback, links);
    if (rollback?.phase !== 'finished') return [`*Rollback* ${told} takes users back: on its way`];
    return [`*Rollback* ${told}: ${status(rollback)}, ${dateText(rollback.finishedAt ?? 0)}`];
  }
  if (takeBack === undefined || phase === 'resolved') return [];
  const deploy = brief(operationLabel(takeBack), 60);
  if (dryRun) return [`*Rollback* ${deploy} would have been taken back`];
  return pagedAt === undefined
    ? [`*Rollback* ${deploy} is to be taken back`]
    : [`*Rollback* ${deploy} was not taken back by itself: people decide`];
}

/** `staging #43`, which leads to its thread where that is known. */
export function linked(operation: string, links: AlertFacts['links']): string {
  const label = brief(operationLabel(operation), 60);
  const url = Object.hasOwn(links, operation) ? links[operation] : undefined;
  return url === undefined ? label : link(url, label);
}

/** One line each, the newest first. */
function latelyLines({ phase, rollback }: Alert, { lately, links }: AlertFacts): readonly string[] {
  if (phase === 'resolved') return [];
  // What takes users back because of it stands in a line of its own.
  const others = lately.filter(({ id }) => id !== rollback);
  if (others.length === 0) return [rollback === undefined ? '*Lately* nothing that slipway did here' : ''];
  const told = others.slice(0, mostLately).map((operation) => {
    const { id, request, finishedAt, requestedAt } = operation;
    const what = `${linked(id, links)} ${request.kind} by ${brief(request.byName, 80)}`;
    // How far one is that goes on would be old news soon.
    const how = finishedAt === undefined ? 'under way, asked for' : `${status(operation)},`;
    return `${what}: ${how} ${dateText(finishedAt ?? requestedAt)}`;
  });
  return told.length === 1 ? [`*Lately* ${told[0] ?? ''}`] : ['*Lately*', ...told.map((line) => `• ${line}`)];
}

function concernLines(alert: Alert, { card }: AlertFacts): readonly string[] {
  // Only where somebody is woken anyway.
  const rings = alert.page !== undefined && !alert.dryRun;
  return [
    ...concernLine(card, rings),
    ...(alert.page === undefined
      ? []
      : [`*${rings ? 'Pages' : 'Would have paged'}* ${brief(alert.page, 60)}${escalation(alert)}`]),
    ...(card.runbook === undefined ? [] : [`*Runbook* ${link(card.runbook)}`]),
  ];
}

function escalation({ escalated }: Alert): string {
  return escalated === undefined ? '' : `, then ${brief(escalated.team, 60)}`;
}
