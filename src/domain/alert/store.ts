import type { Alert } from './alert.ts';
import type { AlertEvent } from './events.ts';

/** What was decided on an alert as it is, and the event to write, if any. */
export interface AlertDecided<Answer> {
  readonly answer: Answer;
  readonly event?: AlertEvent | undefined;
}

export interface AlertChange<Answer> {
  /** Decides on the alert as it is; undefined when it never fired. Called again when somebody else wrote meanwhile. */
  readonly decide: (alert: Alert | undefined) => AlertDecided<Answer>;
  /** Identifies the delivery of a click, so that it counts once however often it arrives. */
  readonly deliveryId?: string | undefined;
}

/** The record of alerts, as those who draw them and those who take a hand in them need it. */
export interface AlertStore {
  /** Undefined when it never fired. */
  alert(key: string): Promise<Alert | undefined>;
  /** Those that are not resolved: of one environment, or all. */
  open(environment?: string): Promise<readonly Alert[]>;
  /**
   * What is written marks the thread as behind.
   * @returns `known` when this delivery was written down before: then it is done and told
   */
  change<Answer>(key: string, change: AlertChange<Answer>): Promise<Answer | 'known'>;
  /** Says that the thread shows the alert as of `version` events. */
  drawn(key: string, version: number): Promise<void>;
}
