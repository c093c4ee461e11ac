import type { Alert } from '../src/domain/alert/alert.ts';
import type { Call } from '../src/domain/alert/events.ts';
import { callsDue, isHealing, pageOf } from '../src/domain/alert/pages.ts';
import type { ServiceCard } from '../src/domain/monitor/policy.ts';
import type { Page } from '../src/domain/page/page.ts';
import type { Target } from '../src/domain/target.ts';
import type { Alerts } from '../src/ledger/alerts.ts';
import { openRollback, type TakeBackOptions } from './take-back.ts';

export interface SettleOptions extends TakeBackOptions {
  readonly alerts: Pick<Alerts, 'alert' | 'change' | 'unsettled'>;
  /** Takes a page to be delivered. The same page twice is sent once. */
  readonly pages: { submit(page: Page): Promise<void> };
}

export interface Unsettled {
  readonly alert: Alert;
  /** Absent: the configuration has it no more. */
  readonly target?: Target | undefined;
  /** It is bad in rounds after the end of its rollback. */
  readonly stillBad: boolean;
}

/**
 * Does what an alert asks for and what is not noted in it yet: takes the deploy back, and tells teams. Each deed is done
 * first and noted then, and can be done twice: a crash between the two repeats it, and nobody is woken or moved again.
 */
export async function settleAlert(unsettled: Unsettled, options: SettleOptions): Promise<void> {
  const { alert, healing } = await heal(unsettled, options);
  const card: ServiceCard = unsettled.target?.card ?? {};
  for (const call of callsDue(alert, healing)) {
    await options.pages.submit(pageOf(alert, call, card));
    await noteCall(alert.key, call, options);
  }
}

async function heal({ alert, target, stillBad }: Unsettled, options: SettleOptions) {
  const { ledger, now } = options;
  const asked = alert.takeBack !== undefined && !alert.dryRun && alert.phase !== 'resolved';
  if (!asked) return { alert, healing: false };
  const begun = alert.rollback === undefined && target !== undefined;
  const known = begun ? await noteRollback(target, alert, options) : alert;
  const operation = known.rollback === undefined ? undefined : await ledger.operation(known.rollback);
  return { alert: known, healing: isHealing(known, { operation, stillBad, now: now() }) };
}

/** @returns the alert with its rollback, or as it was when there is nothing to take back any more */
async function noteRollback(target: Target, alert: Alert, options: SettleOptions): Promise<Alert> {
  const operation = await openRollback(target, alert, options);
  if (operation === undefined) return alert;
  await options.alerts.change(alert.key, {
    decide: (now) => {
      const due = now?.takeBack === alert.takeBack && now?.rollback === undefined;
      return {
        answer: undefined,
        event: due ? { type: 'rolled-back', at: options.now(), operation } : undefined,
      };
    },
  });
  return { ...alert, rollback: operation };
}

async function noteCall(key: string, call: Call, { alerts, now }: SettleOptions): Promise<void> {
  const { team, action, dedupKey } = call;
  await alerts.change(key, {
    decide: (alert) => {
      const known = alert?.calls.some(
        (each) => each.team === team && each.action === action && each.dedupKey === dedupKey,
      );
      return {
        answer: undefined,
        event: known === false ? { type: 'paged', at: now(), team, action, dedupKey } : undefined,
      };
    },
  });
}
