import { type Refusal, refusal } from '../reasons.ts';
import { symptomTitles } from '../monitor/round.ts';
import type { Alert } from './alert.ts';
import type { AlertEvent } from './events.ts';

/** What people can do about an alert, as they say it in its thread. */
export type AlertHand = 'ack' | 'snooze' | 'rollback' | 'checks';

/** The hands that do something in this state, in the order of the buttons. Pure: a click is decided by the same list. */
export function handsOf({ phase, dryRun, rollback }: Pick<Alert, 'phase' | 'dryRun' | 'rollback'>) {
  // Nobody was woken and nothing is moved by what only says what it would have done.
  if (phase === 'resolved' || dryRun) return ['checks'] as const satisfies readonly AlertHand[];
  const hands: readonly AlertHand[] = ['ack', 'snooze', 'rollback', 'checks'];
  return hands.filter(
    (hand) =>
      !(hand === 'ack' && phase === 'acknowledged') && !(hand === 'rollback' && rollback !== undefined),
  );
}

export interface AlertWish {
  readonly hand: Exclude<AlertHand, 'checks'>;
  /** Which firing it is meant for: no later one. Absent: whichever is open. */
  readonly firedAt?: number | undefined;
  readonly by: string;
  readonly byName: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** When a snooze ends, milliseconds since 1970. */
  readonly until?: number | undefined;
}

export type HandDecision =
  | { readonly kind: 'accept'; readonly event?: AlertEvent | undefined }
  /** The same person has done it already: there is nothing to say. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** Decides whether a click or a word still does what it was meant for. Whether the person may is asked before. Pure. */
export function decideHand(alert: Alert | undefined, wish: AlertWish): HandDecision {
  if (alert === undefined) return refuse('This alert is not in the ledger.');
  const { hand, firedAt, by, byName, at, until } = wish;
  const name = `${symptomTitles[alert.symptom]} of ${alert.service} in ${alert.environment}`;
  if (firedAt !== undefined && firedAt !== alert.firedAt)
    return refuse(`${name} fired again since: that button was for a firing before.`);
  if (hand === 'ack' && alert.phase === 'acknowledged') {
    if (alert.acknowledged?.by === by) return { kind: 'done' };
    return refuse(`${name} is acknowledged by ${alert.acknowledged?.byName ?? 'somebody'} already.`);
  }
  if (hand === 'rollback' && alert.rollback !== undefined)
    return refuse(`Because of ${name} users are taken back already.`);
  if (!(handsOf(alert) as readonly AlertHand[]).includes(hand))
    return refuse(
      alert.dryRun ? `${name} is a rule that only says what it would do.` : `${name} is resolved.`,
    );
  if (hand === 'ack') return { kind: 'accept', event: { type: 'acknowledged', at, by, byName } };
  if (hand === 'snooze' && until !== undefined)
    return { kind: 'accept', event: { type: 'snoozed', at, by, byName, until } };
  return { kind: 'accept' };
}

function refuse(summary: string): HandDecision {
  return { kind: 'refuse', refusal: refusal('ALERT_OVER', summary) };
}
