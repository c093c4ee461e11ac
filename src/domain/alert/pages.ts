import type { ServiceCard } from '../monitor/policy.ts';
import { symptomTitles } from '../monitor/round.ts';
import { operationLabel, type Operation } from '../operation.ts';
import type { Page } from '../page/page.ts';
import type { Alert } from './alert.ts';
import type { Call, Measured } from './events.ts';

/** A rollback that has not begun so long after the firing does not begin any more. */
export const beginWithinMs = 60_000;
/** One that has not ended so long after it is no reason any more to let people sleep. */
const endWithinMs = 5 * 60_000;
/** From this share of failures on it is as good as down. */
const down = 0.5;

/** What became of the rollback that an alert asks for. */
export interface Healing {
  /** Absent: it has not begun, and will not: users were moved meanwhile. */
  readonly operation: Pick<Operation, 'phase' | 'outcome'> | undefined;
  /** It is still bad, in rounds after the end of the rollback. */
  readonly stillBad: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Whether a rollback is on its way and may yet spare people the page. Pure. */
export function isHealing(alert: Alert, { operation, stillBad, now }: Healing): boolean {
  if (alert.takeBack === undefined || operation === undefined || now - alert.firedAt > endWithinMs)
    return false;
  if (operation.phase !== 'finished') return true;
  return operation.outcome === 'succeeded' && !stillBad;
}

/**
 * What teams have yet to be told: a trigger for who is to be woken, an acknowledgement when somebody has it, and the
 * end. Of a dry run nobody hears. Decided from the alert alone, so it comes out the same until it is noted. Pure.
 */
export function callsDue(alert: Alert, healing: boolean): readonly Call[] {
  if (alert.dryRun) return [];
  const { calls, dedupKey, phase } = alert;
  const triggered = calls.filter(({ action }) => action === 'trigger');
  const past = triggered.filter((call) => call.dedupKey !== dedupKey || phase === 'resolved');
  const now = triggered.filter((call) => call.dedupKey === dedupKey);
  const wanted: readonly Call[] = [
    ...past.map((call): Call => ({ ...call, action: 'resolve' })),
    ...(phase === 'firing' && !healing ? wakes(alert) : []),
    // Who snoozed it has heard it; without this their pager would go on ringing.
    ...(phase === 'acknowledged' || phase === 'snoozed'
      ? now.map((call): Call => ({ ...call, action: 'acknowledge' }))
      : []),
  ];
  return wanted.filter((call) => !calls.some((known) => isSame(known, call)));
}

function wakes({ page, escalated, dedupKey }: Alert): readonly Call[] {
  const teams = [page, escalated?.team].filter((team) => team !== undefined);
  return [...new Set(teams)].map((team) => ({ team, action: 'trigger', dedupKey }));
}

function isSame(a: Call, b: Call): boolean {
  return a.team === b.team && a.action === b.action && a.dedupKey === b.dedupKey;
}

/** Whether somebody must still act on a page: it is not over, nobody has it, and no later page says the same. Pure. */
export function isAwaited({ phase, dedupKey }: Alert, page: Pick<Page, 'dedupKey'>): boolean {
  return phase === 'firing' && dedupKey === page.dedupKey;
}

/** What is paged for it. Pure. */
export function pageOf(alert: Alert, call: Call, card: ServiceCard): Page {
  const { environment, service, symptom, measured, since, rollback } = alert;
  const { owner, impact, runbook } = card;
  return {
    ...call,
    summary: `${service} in ${environment}: ${symptomTitles[symptom]}, ${measuredText(measured)}`,
    source: `${environment}/${service}`,
    severity: severityOf(alert, card),
    at: since,
    details: {
      since: new Date(since).toISOString(),
      symptom: symptomTitles[symptom],
      measured: `${measured.failures} of ${measured.samples} failed`,
      ...(measured.diagnoses.length === 0 ? {} : { diagnosis: measured.diagnoses.join(', ') }),
      ...(rollback === undefined ? {} : { rollback: operationLabel(rollback) }),
      ...(impact === undefined ? {} : { impact }),
      ...(owner === undefined ? {} : { owner }),
    },
    links: runbook === undefined ? [] : [{ text: 'Runbook', url: runbook }],
  };
}

/** `34 % (limit 5 %)` */
function measuredText({ value, limit }: Measured): string {
  return `${percent(value)} (limit ${percent(limit)})`;
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}

function severityOf({ worst }: Alert, { tier }: ServiceCard): Page['severity'] {
  if (tier === 1 || worst.value >= down) return 'critical';
  return tier === undefined || tier === 2 ? 'error' : 'warning';
}
