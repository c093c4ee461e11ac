import { describe, expect, it } from 'vitest';
import { alertOf } from '../../../src/domain/alert/alert.ts';
import type { AlertEvent } from '../../../src/domain/alert/events.ts';
import { bad, decided, fired, good, key, measured, person, toldOf } from '../../support/alert-decisions.ts';
import { ruleOf } from '../../support/monitoring.ts';
import { began } from '../../support/operations.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const resolved = (at: number): AlertEvent => ({ type: 'resolved', at, measured: measured(0) });
const paged = (at: number, more: object = {}): AlertEvent => ({
  type: 'paged',
  at,
  team: 'operations',
  action: 'trigger',
  dedupKey: `${key}#${began}`,
  ...more,
});
const deploy = { operation: 'staging-7', endedAt: began - 5 * minute };
const handshakes = ruleOf('handshakeFailures');

it('what never fired fires when it is bad, unless it is muted', () => {
  expect(decided({})).toMatchObject({
    type: 'fired',
    thread: 1,
    page: 'operations',
    symptom: 'handshakeFailures',
  });
  expect(decided({ muted: true })).toBeUndefined();
  expect(decided({ judged: { kind: 'unsure', measured: measured() } })).toBeUndefined();
  expect(decided({ judged: { kind: 'unknown' } })).toBeUndefined();
});

describe('a deploy is to be taken back', () => {
  const takeBack = (more: Parameters<typeof decided>[0]) => {
    const event = decided({ deploy, ...more });
    return event?.type === 'fired' ? event.takeBack : undefined;
  };

  it('when it ended within the watch window', () => {
    expect(takeBack({})).toBe('staging-7');
    expect(takeBack({ deploy: { ...deploy, endedAt: began - 11 * minute } })).toBeUndefined();
    expect(takeBack({ rule: { ...handshakes, rollback: false } })).toBeUndefined();
  });

  it('but not when it was so before, for what is hardly above its limit, or for what fires already', () => {
    expect(takeBack({ judged: { ...bad, before: true } })).toBeUndefined();
    expect(takeBack({ judged: { ...bad, slow: true } })).toBeUndefined();
    expect(decided({ deploy, alert: toldOf(fired({ at: began - hour })) })).toBeUndefined();
  });
});

it('nothing changed is no event, much worse is one, and the end is one also while it is muted', () => {
  const alert = toldOf(fired());
  const now = began + minute;
  expect(decided({ alert, now })).toBeUndefined();
  expect(decided({ alert, now, judged: { ...bad, measured: measured(0.7) } })).toBeUndefined();
  const worse = { ...bad, measured: measured(0.8) };
  const event = decided({ alert, now, judged: worse });
  expect(event).toMatchObject({ type: 'worsened' });
  expect(decided({ alert: toldOf(fired(), ...(event ? [event] : [])), now, judged: worse })).toBeUndefined();
  expect(decided({ alert, now, judged: good, muted: true })).toMatchObject({ type: 'resolved' });
  expect(decided({ alert, now, judged: { kind: 'unknown' } })).toBeUndefined();
});

describe('a page that nobody takes goes further', () => {
  it('ten minutes after the page, also while nothing is measured, and once', () => {
    const alert = toldOf(fired(), paged(began + minute));
    const judged = { kind: 'unknown' } as const;
    expect(decided({ alert, judged, now: began + 11 * minute - 1 })).toBeUndefined();
    const event = decided({ alert, judged, now: began + 11 * minute });
    expect(event).toMatchObject({ type: 'escalated', team: 'managers' });
    const told = toldOf(fired(), paged(began + minute), ...(event ? [event] : []));
    expect(decided({ alert: told, now: began + hour })).toBeUndefined();
  });

  it.each<[string, AlertEvent[]]>([
    ['nobody was paged', [fired()]],
    ['it is a dry run', [fired({ dryRun: true }), paged(began)]],
    ['somebody has it', [fired(), paged(began), { type: 'acknowledged', at: began, ...person }]],
    ['it is snoozed', [fired(), paged(began), { type: 'snoozed', at: began, ...person, until: began + day }]],
    ['it is over', [fired(), paged(began), resolved(began)]],
  ])('not when %s', (_, events) => {
    const event = decided({ alert: toldOf(...events), judged: { kind: 'unknown' }, now: began + hour });
    expect(event).toBeUndefined();
  });
});

describe('a snooze', () => {
  const snoozed: AlertEvent = { type: 'snoozed', at: began + minute, ...person, until: began + hour };
  const events = [fired(), paged(began), snoozed] as const;

  it('is quiet until its end, and wakes people anew when it is as bad then', () => {
    const alert = toldOf(...events);
    expect(
      decided({ alert, now: began + hour - 1, judged: { ...bad, measured: measured(1) } }),
    ).toBeUndefined();
    expect(
      decided({ alert, now: began + hour, judged: { kind: 'unsure', measured: measured() } }),
    ).toBeUndefined();
    const woken = decided({ alert, now: began + hour });
    expect(woken).toMatchObject({ type: 'woken' });
    const awake = toldOf(...events, ...(woken ? [woken] : []));
    expect(awake).toMatchObject({ phase: 'firing', dedupKey: `${key}#${began + hour}` });
    // It waits anew, from its new page on.
    expect(decided({ alert: awake, now: began + 2 * hour })).toBeUndefined();
    const again = paged(began + hour, { dedupKey: awake.dedupKey });
    const told = toldOf(...events, ...(woken ? [woken] : []), again);
    expect(decided({ alert: told, now: began + hour + 9 * minute })).toBeUndefined();
    expect(decided({ alert: told, now: began + hour + 10 * minute })).toMatchObject({ type: 'escalated' });
  });

  it('ends with the trouble, and holds when that comes back before', () => {
    const alert = toldOf(...events);
    expect(decided({ alert, now: began + 2 * minute, judged: good })).toMatchObject({ type: 'resolved' });
    const back = fired({ at: began + 10 * minute });
    expect(toldOf(...events, resolved(began + 2 * minute), back).phase).toBe('snoozed');
    expect(toldOf(...events, resolved(began + 2 * minute), fired({ at: began + 2 * hour })).phase).toBe(
      'firing',
    );
  });
});

describe('what comes back', () => {
  it('goes on in the same thread within a day', () => {
    const alert = toldOf(fired(), resolved(began + minute));
    expect(decided({ alert, now: began + day })).toMatchObject({ thread: 1 });
    expect(decided({ alert, now: began + day + minute })).toMatchObject({ thread: 2 });
  });

  it('begins a new thread when the old one is a week old or has a hundred firings', () => {
    const often = Array.from({ length: 100 }, (_, index) => began + index * minute).flatMap((at) => [
      fired({ at }),
      resolved(at + 1),
    ]);
    expect(decided({ alert: toldOf(...often), now: began + 2 * hour })).toMatchObject({ thread: 2 });
    expect(decided({ alert: toldOf(...often.slice(2)), now: began + 2 * hour })).toMatchObject({ thread: 1 });
    const daily = [0, 1, 2, 3, 4, 5, 6].flatMap((each) => [
      fired({ at: began + each * (day - hour) }),
      resolved(began + each * (day - hour) + 1),
    ]);
    expect(decided({ alert: toldOf(...daily), now: began + 7 * (day - hour) })).toMatchObject({ thread: 1 });
    const later = [...daily, fired({ at: began + 7 * (day - hour) }), resolved(began + 7 * (day - hour) + 1)];
    expect(decided({ alert: toldOf(...later), now: began + 8 * (day - hour) })).toMatchObject({ thread: 2 });
  });

  it('three times within an hour is flapping', () => {
    const at = (minutes: number) => [
      fired({ at: began + minutes * minute }),
      resolved(began + minutes * minute + 1),
    ];
    expect(toldOf(...at(0), ...at(20), ...at(40)).flapping).toBe(true);
    expect(toldOf(...at(0), ...at(20)).flapping).toBe(false);
    expect(toldOf(...at(0), ...at(20), ...at(60)).flapping).toBe(false);
  });

  it('is a new firing: nothing of the last one is left but what people still believe', () => {
    const before: AlertEvent[] = [
      fired({ takeBack: 'staging-7' }),
      { type: 'rolled-back', at: began, operation: 'staging-8' },
      paged(began),
      { type: 'acknowledged', at: began, ...person },
      resolved(began + minute),
    ];
    const alert = toldOf(...before, fired({ at: began + 2 * minute }));
    expect(alert).toMatchObject({ phase: 'firing', firings: [began, began + 2 * minute], version: 6 });
    expect(alert.rollback ?? alert.takeBack ?? alert.acknowledged ?? alert.pagedAt).toBeUndefined();
    expect(alert.calls).toHaveLength(1);
  });
});

it('what never fired is no alert, whatever was written of it', () => {
  expect(alertOf([])).toBeUndefined();
  expect(alertOf([resolved(began)])).toBeUndefined();
});
