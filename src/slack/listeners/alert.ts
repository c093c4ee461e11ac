import type { Alert } from '../../domain/alert/alert.ts';
import { type AlertHand, decideHand, type HandDecision } from '../../domain/alert/hand.ts';
import { snoozeRange, snoozeUntil } from '../../domain/alert/snooze.ts';
import { alertThreadId } from '../../domain/alert/thread.ts';
import { type Refusal, refusal } from '../../domain/reasons.ts';
import { checksAnswer } from '../messages/alert/checks.ts';
import { handNoted } from '../messages/alert/hand.ts';
import { gateRefused } from '../messages/gate.ts';
import { refused } from '../messages/private.ts';
import { mayTake } from './alert-role.ts';
import { answer } from './answer.ts';
import { beginRollback } from './begin.ts';
import { type Intake, withinPatience } from './intake.ts';
import { askLedger } from './ledger.ts';
import type { Asker } from './open.ts';

export interface AlertAsk {
  readonly hand: AlertHand;
  readonly key: string;
  /** Which firing a button was drawn for. Absent: whichever is open. */
  readonly firedAt?: number | undefined;
  /** In which thread it was said. Absent: a button knows better. */
  readonly thread?: number | undefined;
  /** How long to snooze: `30m`, `tomorrow`. */
  readonly time?: string | undefined;
}

/** Rounds of this time are shown, milliseconds. */
const shownMs = 10 * 60_000;
/** Charts of a thread are not older than that, milliseconds, when somebody asks for them. */
const chartsEveryMs = 2 * 60_000;

/** Does what a button of an alert, or a word in its thread, asks for; whoever may not is told in private. */
export async function takeAlert(ask: AlertAsk, asker: Asker, intake: Intake): Promise<void> {
  const reading = { work: intake.alerts.alert(ask.key), otherwise: 'The alert could not be looked up.' };
  const read = await askLedger(reading, asker, intake);
  if (read === undefined) return;
  const alert = read.value;
  const stale = staleness(alert, ask);
  if (alert === undefined || stale !== undefined)
    return answer(asker.to, refused(stale ?? refusal('ALERT_OVER', 'This alert is not in the ledger.')));
  if (ask.hand === 'checks') return showChecks(alert, asker, intake);
  const until = ask.hand === 'snooze' ? snoozeUntil(ask.time ?? '', intake.now()) : undefined;
  if (ask.hand === 'snooze' && until === undefined)
    return answer(
      asker.to,
      refused(refusal('USAGE', `A snooze lasts ${snoozeRange}.`, '@slipway snooze 1h')),
    );
  const { by, byName } = asker.person;
  const wish = { hand: ask.hand, firedAt: ask.firedAt, by, byName, at: intake.now(), until };
  if (ask.hand === 'rollback') return rollBack(alert, decideHand(alert, wish), { asker, intake });
  const blocks = await mayTake(alert, by, intake);
  if (blocks.length > 0) return answer(asker.to, gateRefused(blocks));
  const work = intake.alerts.change(ask.key, {
    deliveryId: asker.person.deliveryId,
    decide: (now) => {
      const decided = decideHand(now, wish);
      return { answer: decided, event: decided.kind === 'accept' ? decided.event : undefined };
    },
  });
  const written = await askLedger(
    { work, otherwise: 'Your click could not be written down.' },
    asker,
    intake,
  );
  if (written === undefined || written.value === 'known' || written.value.kind === 'done') return;
  if (written.value.kind === 'refuse') return answer(asker.to, refused(written.value.refusal));
  await redraw(ask.key, intake);
  return answer(asker.to, handNoted(alert, { hand: ask.hand, until }));
}

/** What was said in a thread of before is not meant for the one of now. */
function staleness(alert: Alert | undefined, { thread }: AlertAsk): Refusal | undefined {
  if (alert === undefined || thread === undefined || thread === alert.thread) return undefined;
  return refusal('ALERT_OVER', 'It fired again since, and that has a thread of its own.');
}

/** Written down already: a redraw that is not asked for is made good by the sweep. */
async function redraw(key: string, { producer, log }: Intake): Promise<void> {
  const asked = await withinPatience(producer.announce({ operation: alertThreadId(key), urgent: true }));
  if (asked.kind === 'unavailable') log.warn({ err: asked.cause, alert: key }, 'left to the sweep');
}

/** The way of `/rollback`, gates included. One firing has one rollback, however often somebody clicks. */
async function rollBack(
  alert: Alert,
  decided: HandDecision,
  { asker, intake }: { readonly asker: Asker; readonly intake: Intake },
): Promise<void> {
  if (decided.kind === 'refuse') return answer(asker.to, refused(decided.refusal));
  const { key, firedAt, service, environment } = alert;
  const person = { ...asker.person, deliveryId: `alert-rollback:${key}#${firedAt}` };
  const opened = async (operation: string) => {
    const noted = await withinPatience(note(key, operation, intake));
    if (noted.kind === 'unavailable')
      intake.log.error({ err: noted.cause, alert: key }, 'a rollback is not noted');
    else await redraw(key, intake);
  };
  const request = { services: [service], environment };
  return beginRollback(request, { ...asker, person, repeats: true, opened }, intake);
}

/** Twice is safe: a firing has one rollback. */
async function note(key: string, operation: string, { alerts, now }: Intake): Promise<void> {
  await alerts.change(key, {
    decide: (alert) =>
      alert === undefined || alert.rollback !== undefined
        ? { answer: undefined }
        : { answer: undefined, event: { type: 'rolled-back', at: now(), operation } },
  });
}

async function showChecks(alert: Alert, asker: Asker, intake: Intake): Promise<void> {
  const work = intake.rounds.since(alert, intake.now() - shownMs);
  const read = await askLedger({ work, otherwise: 'The rounds could not be looked up.' }, asker, intake);
  if (read === undefined) return;
  await answer(asker.to, checksAnswer(alert, read.value));
  const asked = await withinPatience(askForCharts(alert.key, asker, intake));
  if (asked.kind === 'unavailable')
    intake.log.warn({ err: asked.cause, alert: alert.key }, 'charts are not asked for');
}

/** Pictures cannot be shown to one person alone, so they go to the thread; whoever asks soon after finds them there. */
async function askForCharts(key: string, { person }: Asker, intake: Intake): Promise<void> {
  const { alerts, now } = intake;
  const { by, byName, deliveryId } = person;
  const wanted = await alerts.change(key, {
    deliveryId,
    decide: (alert) => {
      const at = now();
      const due = alert !== undefined && at - (alert.checkedAt ?? 0) >= chartsEveryMs;
      return { answer: due, event: due ? { type: 'checked', at, by, byName } : undefined };
    },
  });
  if (wanted === true) await redraw(key, intake);
}
