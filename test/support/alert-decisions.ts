import { type Alert, alertOf } from '../../src/domain/alert/alert.ts';
import { decideAlert, type Situation } from '../../src/domain/alert/decide.ts';
import type { AlertEvent, AlertEventOf, Measured } from '../../src/domain/alert/events.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import { ruleOf } from './monitoring.ts';
import { began } from './operations.ts';

export const measured = (value = 0.5): Measured => ({
  value,
  limit: 0.1,
  samples: 120,
  failures: Math.round(120 * value),
  diagnoses: [],
});

export function fired(more: Partial<AlertEventOf<'fired'>> = {}): AlertEventOf<'fired'> {
  return {
    type: 'fired',
    at: began,
    environment: 'staging',
    service: 'backend',
    symptom: 'handshakeFailures',
    thread: 1,
    channel: 'C0DEPLOYS',
    since: began - 20_000,
    measured: measured(),
    page: 'operations',
    dryRun: false,
    ...more,
  };
}

export const person = { by: 'U0OPERATOR', byName: 'operator' };
export const key = 'staging/backend/handshakeFailures';

export function toldOf(...events: readonly AlertEvent[]): Alert {
  const alert = alertOf(events);
  if (alert === undefined) throw new Error('It never fired');
  return alert;
}

export const bad = { kind: 'bad', measured: measured(), since: began, slow: false, before: false } as const;
export const good = { kind: 'good', measured: measured(0) } as const;

export function decided(more: Partial<Situation>): AlertEvent | undefined {
  return decideAlert({
    alert: undefined,
    judged: bad,
    rule: ruleOf('handshakeFailures'),
    policy: { ...defaultPolicy, escalateTo: 'managers' },
    target: { environment: 'staging', service: 'backend', channel: 'C0DEPLOYS' },
    muted: false,
    now: began,
    ...more,
  });
}
