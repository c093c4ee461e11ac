import type { Alert } from './alert.ts';
import type { AlertEvent } from './events.ts';

/** What was decided on an alert as it is, and the event to write, if any. */
export interface AlertChange<Answer> {
  readonly answer: Answer;
  readonly event?: AlertEvent | undefined;
}

/** The record of alerts, as those who draw them and those who take a hand in them need it. */
export interface AlertStore {
  /** Undefined when it never fired. */
  alert(key: string): Promise<Alert | undefined>;
  /** Those that are not resolved: of one environment, or all. */
  open(environment?: string): Promise<readonly Alert[]>;
  /** Decides again whenever somebody else wrote meanwhile; what is written marks the thread as behind. */
  change<Answer>(key: string, decide: (alert: Alert | undefined) => AlertChange<Answer>): Promise<Answer>;
  /** Says that the thread shows the alert as of `version` events. */
  drawn(key: string, version: number): Promise<void>;
}

/** Where nothing is watched. */
export const noAlerts: AlertStore = {
  alert: () => Promise.resolve(undefined),
  open: () => Promise.resolve([]),
  change: (_key, decide) => Promise.resolve(decide(undefined).answer),
  drawn: () => Promise.resolve(),
};
