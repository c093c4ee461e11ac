import type { Alert } from '../../../domain/alert/alert.ts';
import type { Draft } from '../draft.ts';
import { alertReplies } from './replies.ts';
import { type AlertFacts, alertRoot } from './root.ts';

/** The whole thread of an alert as it should be now. */
export function alertThreadOf(alert: Alert, facts: AlertFacts): readonly Draft[] {
  return [alertRoot(alert, facts), ...alertReplies(alert, facts)];
}
