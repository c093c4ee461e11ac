import type { Redis } from 'ioredis';
import { type Alert, alertOf } from '../domain/alert/alert.ts';
import type { AlertChange, AlertStore } from '../domain/alert/store.ts';
import { alertThreadId } from '../domain/alert/thread.ts';
import { callsDue } from '../domain/alert/pages.ts';
import { type AlertEvent, alertEventSchema } from '../domain/alert/events.ts';
import { drawn } from './drawn.ts';
import { type Along, change, Journal } from './journal.ts';
import { keys } from './keys.ts';

/** Called after each change with the id of the thread; must not throw. A lost call is made good by the sweep over `undrawn`. */
export type OnAlertChange = (thread: string, event: AlertEvent['type']) => void;

/** The alerts of all symptoms of all targets: lists of what became of each. Of its threads the last two are kept. */
export class Alerts implements AlertStore {
  readonly #redis: Redis;
  readonly #journal: Journal<AlertEvent>;
  readonly #changed: OnAlertChange;

  constructor(redis: Redis, changed: OnAlertChange) {
    this.#redis = redis;
    this.#journal = new Journal(redis, alertEventSchema);
    this.#changed = changed;
  }

  /** As it is now. Undefined: it never fired. @throws ZodError when an event was written by a newer slipway */
  async alert(key: string): Promise<Alert | undefined> {
    return alertOf(await this.events(key));
  }

  /** What became of it in its last two threads, oldest first. @throws ZodError as `alert` does */
  async events(key: string): Promise<readonly AlertEvent[]> {
    return this.#journal.read(keys.alert(key));
  }

  /**
   * Writes what is decided, marks the thread as behind, and keeps the list of what is open, in one transaction.
   * @returns `known` when this delivery was written down before: then it is done and told.
   */
  async change<Answer>(key: string, { decide, deliveryId }: AlertChange<Answer>): Promise<Answer | 'known'> {
    let event: AlertEvent | undefined;
    const answer = await change<AlertEvent, Answer>(this.#journal, {
      key: keys.alert(key),
      deliveryId,
      decide: (events) => {
        const decided = decide(alertOf(events));
        event = decided.event;
        return decided;
      },
      along: (events, next) => along(key, events, next),
    });
    if (event !== undefined && answer !== 'known') this.#changed(alertThreadId(key), event.type);
    return answer;
  }

  /** Those that are not over, in one environment or in all, by their names. @throws ZodError as `alert` does */
  async open(environment?: string): Promise<readonly Alert[]> {
    const alerts = await this.unsettled(environment);
    return alerts.filter(({ phase }) => phase !== 'resolved');
  }

  /** Those that are not over, or whose end not everybody who was paged has been told. @throws ZodError as `alert` does */
  async unsettled(environment?: string): Promise<readonly Alert[]> {
    const wanted = await this.#unsettledKeys(environment);
    const read = await Promise.all(wanted.map((key) => this.alert(key)));
    // It may have been settled since the list was read.
    return read.filter((alert) => alert !== undefined).filter(isUnsettled);
  }

  /** How many `unsettled` would give, without reading them: cheap also where there are hundreds. */
  async unsettledCount(environment: string): Promise<number> {
    return (await this.#unsettledKeys(environment)).length;
  }

  async #unsettledKeys(environment?: string): Promise<readonly string[]> {
    const members = await this.#redis.smembers(keys.unsettledAlerts);
    return members.filter((key) => environment === undefined || key.startsWith(`${environment}/`)).toSorted();
  }

  /** Says that the thread shows the alert as of `version` events. */
  async drawn(key: string, version: number): Promise<void> {
    await drawn(this.#redis, { journal: keys.alert(key), thread: alertThreadId(key), version });
  }
}

function along(key: string, before: readonly AlertEvent[], event: AlertEvent): Along {
  const alert = alertOf([...before, event]);
  return {
    marks: [
      { set: keys.undrawn, member: alertThreadId(key), isIn: true },
      { set: keys.unsettledAlerts, member: key, isIn: alert !== undefined && isUnsettled(alert) },
    ],
    drop: event.type === 'fired' ? tooOld(before, event.thread) : 0,
  };
}

function isUnsettled(alert: Alert): boolean {
  return alert.phase !== 'resolved' || callsDue(alert, false).length > 0;
}

/** How many of the oldest events belong to threads before the last two. */
function tooOld(events: readonly AlertEvent[], thread: number): number {
  const kept = events.findIndex((event) => event.type === 'fired' && event.thread >= thread - 1);
  return Math.max(0, kept);
}
