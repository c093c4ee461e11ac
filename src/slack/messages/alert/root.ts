import type { KnownBlock } from '@slack/types';
import type { Alert } from '../../../domain/alert/alert.ts';
import type { ServiceCard } from '../../../domain/monitor/policy.ts';
import { symptomTitles } from '../../../domain/monitor/round.ts';
import { type Operation, operationLabel } from '../../../domain/operation.ts';
import { causeLines } from '../cause.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, clip, clockText, code, dateText, duration, link, mention } from '../mrkdwn.ts';
import { status } from '../root.ts';
import { alertButtons } from './buttons.ts';
import { diagnosisLines, measuredText, percent } from './measured.ts';

/** What is known around an alert beside itself. */
export interface AlertFacts {
  readonly card: ServiceCard;
  /** The last operations of the target, newest first. */
  readonly lately: readonly Operation[];
  /** The revision that a rollback would lead to. */
  readonly lastGood?: string | undefined;
  /** A chart that Slack has. */
  readonly picture?: Picture | undefined;
  /** Where the threads of operations are, by their ids. */
  readonly links: Readonly<Record<string, string>>;
}

export interface Picture {
  readonly fileId: string;
  /** Says what is to be seen; up to 2,000 characters. */
  readonly alt: string;
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
    ...latelyLines(alert, facts),
    ...concernLines(alert, facts),
  ];
  return draft({
    key: 'root',
    lines,
    more: [...pictureBlocks(facts.picture), alertButtons(alert, facts.lastGood)],
  });
}

/** One line that says how the alert stands. */
export function alertStatus(alert: Alert): string {
  const { phase, since, acknowledged, snoozed, resolvedAt = 0, dryRun } = alert;
  const began = clockText(since);
  switch (phase) {
    case 'firing':
      return dryRun ? `*would have fired* at ${began}` : `*firing* since ${began}`;
    case 'acknowledged':
      return `*acknowledged* by ${brief(acknowledged?.byName ?? 'somebody', 80)}, since ${began}`;
    case 'snoozed':
      return `*snoozed* by ${brief(snoozed?.byName ?? 'somebody', 80)} until ${dateText(snoozed?.until ?? 0)}`;
    case 'resolved':
      return `${dryRun ? '*would have been resolved*' : '*resolved*'} after ${duration(resolvedAt - since)}`;
  }
}

function measuredLines({ phase, measured, worst, symptom }: Alert): readonly string[] {
  const text = measuredText(measured, symptom === 'serverErrors' ? ', with what was usual before' : '');
  const peak = worst.value > measured.value ? `; ${percent(worst.value)} at the worst` : '';
  return [`*Measured* ${phase === 'resolved' ? 'now ' : ''}${text}${peak}`];
}

function flappingLines({ flapping, firings }: Alert): readonly string[] {
  if (!flapping) return [];
  const first = firings[0] ?? 0;
  return [
    `*Comes and goes* fired ${firings.length} times since ${clockText(first)}: over only after a long quiet time`,
  ];
}

/** One line each, the newest first. */
function latelyLines({ phase }: Alert, { lately }: AlertFacts): readonly string[] {
  if (phase === 'resolved') return [];
  if (lately.length === 0) return ['*Lately* nothing that slipway did here'];
  const told = lately.slice(0, mostLately).map((operation) => {
    const { id, request, finishedAt, requestedAt } = operation;
    const what = `${brief(operationLabel(id), 60)} ${request.kind} by ${brief(request.byName, 80)}`;
    return `${what}: ${status(operation)}, ${dateText(finishedAt ?? requestedAt)}`;
  });
  return told.length === 1 ? [`*Lately* ${told[0] ?? ''}`] : ['*Lately*', ...told.map((line) => `• ${line}`)];
}

function concernLines(alert: Alert, { card }: AlertFacts): readonly string[] {
  const { impact, tier, owner, runbook } = card;
  const concern = [
    ...(impact === undefined ? [] : [brief(impact)]),
    ...(tier === undefined ? [] : [`tier ${tier}`]),
    ...(owner === undefined ? [] : [`owner ${ownerText(owner, alert)}`]),
  ];
  const rings = alert.page !== undefined && !alert.dryRun;
  return [
    ...(concern.length === 0 ? [] : [`*Impact* ${concern.join(' · ')}`]),
    ...(alert.page === undefined
      ? []
      : [`*${rings ? 'Pages' : 'Would have paged'}* ${brief(alert.page, 60)}${escalation(alert)}`]),
    ...(runbook === undefined ? [] : [`*Runbook* ${link(runbook)}`]),
  ];
}

function escalation({ escalated }: Alert): string {
  return escalated === undefined ? '' : `, then ${brief(escalated.team, 60)}`;
}

/** Slack's ids of people and of groups; anything else is a name. */
const idPattern = /^[USW][A-Z0-9]{2,20}$/;

/** Rings only where somebody is woken anyway. */
function ownerText(owner: string, { page, dryRun }: Alert): string {
  if (!idPattern.test(owner)) return brief(owner, 200);
  return page !== undefined && !dryRun ? mention(owner) : code(owner);
}

function pictureBlocks(picture: Picture | undefined): readonly KnownBlock[] {
  if (picture === undefined) return [];
  const alt = clip(picture.alt, 2_000);
  return [{ type: 'image', slack_file: { id: picture.fileId }, alt_text: alt === '' ? 'Chart' : alt }];
}
