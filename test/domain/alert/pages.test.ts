import { describe, expect, it } from 'vitest';
import { callsDue, isAwaited, isHealing, pageOf } from '../../../src/domain/alert/pages.ts';
import type { AlertEvent, Call } from '../../../src/domain/alert/events.ts';
import { pageSchema } from '../../../src/domain/page/page.ts';
import { fired, key, measured, person, toldOf } from '../../support/alert-decisions.ts';
import { began } from '../../support/operations.ts';

const dedupKey = `${key}#${began}`;
const call = (action: Call['action'], more: Partial<Call> = {}): Call => ({
  team: 'operations',
  action,
  dedupKey,
  ...more,
});
const paged = (action: Call['action'], more: Partial<Call> = {}): AlertEvent => ({
  type: 'paged',
  at: began,
  ...call(action, more),
});
const acknowledged: AlertEvent = { type: 'acknowledged', at: began, ...person };
const escalated: AlertEvent = { type: 'escalated', at: began, team: 'managers' };
const resolved: AlertEvent = { type: 'resolved', at: began + 1, measured: measured(0) };
const due = (...events: readonly AlertEvent[]) => callsDue(toldOf(...events), false);

it('a page is awaited until somebody has it, it is over, or another page says the same', () => {
  const awaited = (...events: readonly AlertEvent[]) => isAwaited(toldOf(...events), { dedupKey });
  expect(awaited(fired())).toBe(true);
  expect(awaited(fired(), paged('trigger'), escalated)).toBe(true);
  expect(awaited(fired(), acknowledged)).toBe(false);
  expect(awaited(fired(), resolved)).toBe(false);
  expect(awaited(fired(), resolved, fired({ at: began + 2 }))).toBe(false);
});

describe('teams are told', () => {
  it('of a firing, once, and of nothing where no team is named or it is a dry run', () => {
    expect(due(fired())).toEqual([call('trigger')]);
    expect(due(fired(), paged('trigger'))).toEqual([]);
    expect(due(fired({ page: undefined }))).toEqual([]);
    expect(due(fired({ dryRun: true }), escalated)).toEqual([]);
  });

  it('further teams when nobody takes it', () => {
    const managers = { team: 'managers' };
    expect(due(fired(), paged('trigger'), escalated)).toEqual([call('trigger', managers)]);
    expect(due(fired(), escalated, paged('trigger'), paged('trigger', managers), acknowledged)).toEqual([
      call('acknowledge'),
      call('acknowledge', managers),
    ]);
  });

  it('that somebody has it and that it is over, if they were woken', () => {
    expect(due(fired(), acknowledged)).toEqual([]);
    expect(due(fired(), resolved)).toEqual([]);
    const snoozed: AlertEvent = { type: 'snoozed', at: began, ...person, until: began + 1 };
    expect(due(fired(), paged('trigger'), snoozed)).toEqual([call('acknowledge')]);
    expect(due(fired(), paged('trigger'), resolved)).toEqual([call('resolve')]);
    expect(due(fired(), paged('trigger'), resolved, paged('resolve'))).toEqual([]);
  });

  it('anew at the end of a snooze, and at the next firing, under another key', () => {
    const snoozed: AlertEvent = { type: 'snoozed', at: began, ...person, until: began + 5 };
    const woken: AlertEvent = { type: 'woken', at: began + 5, measured: measured() };
    expect(due(fired(), paged('trigger'), snoozed, paged('acknowledge'), woken)).toEqual([
      call('resolve'),
      call('trigger', { dedupKey: `${key}#${began + 5}` }),
    ]);
    expect(due(fired(), paged('trigger'), resolved, fired({ at: began + 9 }))).toEqual([
      call('resolve'),
      call('trigger', { dedupKey: `${key}#${began + 9}` }),
    ]);
  });
});

describe('while a rollback is on its way', () => {
  const alert = toldOf(fired({ takeBack: 'staging-7' }));
  const healing = { stillBad: false, now: began + 60_000 };
  const ended = (outcome: 'succeeded' | 'failed' | 'cancelled') => ({ phase: 'finished', outcome }) as const;

  it('nobody is woken', () => {
    expect(callsDue(alert, true)).toEqual([]);
    expect(isHealing(alert, { ...healing, operation: { phase: 'queued' } })).toBe(true);
    expect(isHealing(alert, { ...healing, operation: { phase: 'running' } })).toBe(true);
    expect(isHealing(alert, { ...healing, operation: ended('succeeded') })).toBe(true);
  });

  it('unless it does not help, does not end, or does not begin', () => {
    expect(isHealing(alert, { ...healing, operation: ended('failed') })).toBe(false);
    expect(isHealing(alert, { ...healing, operation: ended('cancelled') })).toBe(false);
    expect(isHealing(alert, { ...healing, operation: ended('succeeded'), stillBad: true })).toBe(false);
    expect(isHealing(alert, { ...healing, operation: undefined })).toBe(false);
    const late = began + 5 * 60_000 + 1;
    expect(isHealing(alert, { ...healing, now: late, operation: { phase: 'running' } })).toBe(false);
    expect(isHealing(toldOf(fired()), { ...healing, operation: { phase: 'running' } })).toBe(false);
  });
});

it('a page says what, where, how much, and what it costs', () => {
  const rolledBack: AlertEvent = { type: 'rolled-back', at: began, operation: 'staging-8' };
  const alert = toldOf(fired({ measured: { ...measured(0.34), diagnoses: ['DNS'] } }), rolledBack);
  const page = pageOf(alert, call('trigger'), {
    tier: 1,
    impact: 'No orders',
    owner: 'S0TEAM',
    runbook: 'https://runbook.example',
  });
  expect(pageSchema.parse(page)).toEqual(page);
  expect(page).toMatchObject({
    ...call('trigger'),
    summary: 'backend in staging: WebSocket handshakes that fail, 34 % (limit 10 %)',
    source: 'staging/backend',
    severity: 'critical',
    at: began - 20_000,
    details: { measured: '41 of 120 failed', diagnosis: 'DNS', rollback: 'staging #8', impact: 'No orders' },
    links: [{ text: 'Runbook', url: 'https://runbook.example' }],
  });
  const severity = (value: number, tier?: number) =>
    pageOf(toldOf(fired({ measured: measured(value) })), call('trigger'), { tier }).severity;
  expect([severity(0.2), severity(0.2, 2), severity(0.2, 3), severity(0.6, 3)]).toEqual([
    'error',
    'error',
    'warning',
    'critical',
  ]);
});
