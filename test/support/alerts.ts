import type { AlertSources } from '../../jobs/threads/alert.ts';
import { type Alert, alertKey, alertOf } from '../../src/domain/alert/alert.ts';
import type { AlertEvent, AlertEventOf, Measured } from '../../src/domain/alert/events.ts';
import type { AlertChange, AlertStore } from '../../src/domain/alert/store.ts';
import type { Symptom } from '../../src/domain/monitor/round.ts';
import type { Producer } from '../../src/queue/producer.ts';
import type { AlertFacts } from '../../src/slack/messages/alert/root.ts';
import { began } from './operations.ts';

const minute = 60_000;

export function measured(value: number, more: Partial<Measured> = {}): Measured {
  const samples = 120;
  return {
    value,
    limit: 0.2,
    samples,
    failures: Math.round(value * samples),
    diagnoses: ['SERVER_ERROR'],
    ...more,
  };
}

export function fired(more: Partial<AlertEventOf<'fired'>> = {}): AlertEventOf<'fired'> {
  const at = more.at ?? began;
  return {
    type: 'fired',
    at,
    environment: 'staging',
    service: 'backend',
    symptom: 'serverErrors',
    thread: 1,
    channel: 'C0DEPLOYS',
    since: at - 30_000,
    measured: measured(0.34),
    page: 'operations',
    dryRun: false,
    ...more,
  };
}

const hand = (name: string, at: number) => ({ at, by: 'U0REVIEWER', byName: name });

/** So many minutes after the story began. */
export const after = (minutes: number) => began + minutes * minute;

export const acknowledged = (minutes = 3, name = 'reviewer'): AlertEvent => ({
  type: 'acknowledged',
  ...hand(name, after(minutes)),
});
export const snoozed = (minutes = 4, name = 'reviewer'): AlertEvent => ({
  type: 'snoozed',
  ...hand(name, after(minutes)),
  until: after(minutes + 60),
});
export const resolved = (minutes = 12): AlertEvent => ({
  type: 'resolved',
  at: after(minutes),
  measured: measured(0, { diagnoses: [] }),
});

export const facts: AlertFacts = { card: {}, lately: [], links: {} };

export function told(...events: readonly AlertEvent[]): Alert {
  const alert = alertOf(events);
  if (alert === undefined) throw new Error('It never fired');
  return alert;
}

/** A record of alerts in memory. */
export class MemoryAlerts implements AlertStore {
  readonly journals = new Map<string, AlertEvent[]>();
  readonly undrawn = new Set<string>();

  append(key: string, ...events: readonly AlertEvent[]): void {
    this.journals.set(key, [...(this.journals.get(key) ?? []), ...events]);
    this.undrawn.add(key);
  }

  fire(more: Partial<AlertEventOf<'fired'>> = {}): string {
    const event = fired(more);
    const key = alertKey(event);
    this.append(key, event);
    return key;
  }

  alert(key: string): Promise<Alert | undefined> {
    return Promise.resolve(alertOf(this.journals.get(key) ?? []));
  }

  async open(environment?: string): Promise<readonly Alert[]> {
    const all = await Promise.all([...this.journals.keys()].map((key) => this.alert(key)));
    return all.filter(
      (alert) =>
        alert !== undefined &&
        alert.phase !== 'resolved' &&
        (environment === undefined || alert.environment === environment),
    ) as Alert[];
  }

  async unsettledCount(environment: string): Promise<number> {
    return (await this.open(environment)).length;
  }

  async change<Answer>(key: string, { decide }: AlertChange<Answer>): Promise<Answer> {
    const { answer, event } = decide(await this.alert(key));
    if (event !== undefined) this.append(key, event);
    return answer;
  }

  async drawn(key: string, version: number): Promise<void> {
    if ((await this.alert(key))?.version === version) this.undrawn.delete(key);
  }
}

export const symptomsOf = (index: number): Symptom =>
  (['connectionFailures', 'handshakeFailures', 'serverErrors', 'timeouts', 'journeys'] as const)[index % 5] ??
  'timeouts';

/** What threads of alerts are drawn from, with nothing known around them. */
export function sourcesOf(
  alerts: MemoryAlerts,
  { producer, ...kept }: Pick<AlertSources, 'storms'> & { readonly producer: Pick<Producer, 'announce'> },
): AlertSources {
  return {
    alerts,
    ...kept,
    factsOf: () => Promise.resolve(facts),
    announce: (announcement) => producer.announce(announcement),
  };
}
