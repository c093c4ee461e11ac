import { describe, expect, it } from 'vitest';
import { type Judging, judge } from '../../../src/domain/monitor/judge.ts';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { began } from '../../support/operations.ts';
import { everyMs, roundAt, roundsUntil, ruleOf, times } from '../../support/monitoring.ts';

const now = began;
const judged = (failures: readonly number[], more: Partial<Judging> = {}) =>
  judge({ rule: ruleOf('handshakeFailures'), rounds: roundsUntil(now, failures), now, everyMs, ...more });
const open = (more: Partial<Alert> = {}) =>
  ({ phase: 'firing', flapping: false, slow: false, limit: 0.1, since: now - 600_000, ...more }) as Alert;
const ago = (rounds: number) => now - rounds * everyMs;

describe('an outage', () => {
  it('is known at the second bad round, and takes users back at the third', () => {
    expect(judged([...times(10, 0), 10])).toMatchObject({ kind: 'unsure' });
    expect(judged([...times(10, 0), 10, 10])).toMatchObject({
      kind: 'bad',
      since: ago(1),
      slow: false,
      measured: { samples: 120, failures: 20, limit: 0.1 },
    });
    const deployed = { deployedAt: ago(12) };
    expect(judged([...times(9, 0), 10, 10], deployed).kind).toBe('unsure');
    expect(judged([...times(9, 0), 10, 10, 10], deployed)).toMatchObject({ kind: 'bad', before: false });
  });

  it('of 20 s on three rounds takes nobody back, nor do rounds before the deploy ended', () => {
    expect(judged([...times(8, 0), 5, 10, 5], { deployedAt: ago(11) }).kind).toBe('unsure');
    expect(judged([...times(8, 0), 10, 10, 10], { deployedAt: ago(1) }).kind).toBe('unsure');
  });

  it('that was there before the deploy is not its fault', () => {
    const rounds = [...times(12, 5), ...times(8, 5)];
    expect(judged(rounds, { deployedAt: ago(7) })).toMatchObject({ kind: 'bad', before: true });
  });

  it('is over after six rounds below the limit, the newest among them', () => {
    const alert = open();
    expect(judged([...times(20, 10), ...times(5, 0)], { alert }).kind).toBe('unsure');
    expect(judged([...times(20, 10), ...times(6, 0)], { alert }).kind).toBe('good');
    expect(judged([...times(300, 10), ...times(6, 0)], { alert }).kind).toBe('good');
    expect(judged([...times(20, 10), ...times(6, 0), 2], { alert }).kind).not.toBe('good');
  });

  it('is told at its end by the rounds that ended it, not by those before', () => {
    const over = judged([...times(20, 10), ...times(6, 0)], { alert: open() });
    expect(over).toMatchObject({ kind: 'good', measured: { value: 0, failures: 0 } });
  });

  it('that is over is not counted for the next one', () => {
    const rounds = [...times(9, 10), ...times(3, 0), 10];
    const over = open({ phase: 'resolved', resolvedAt: ago(2) });
    expect(judged(rounds).kind).toBe('bad');
    expect(judged(rounds, { alert: over }).kind).toBe('unsure');
    expect(judged([...rounds, 10], { alert: { ...over, resolvedAt: ago(3) } }).kind).toBe('bad');
  });
});

it('what comes and goes is over only after ten minutes in which no minute was above the limit', () => {
  const alert = open({ flapping: true });
  expect(judged([...times(5, 10), ...times(59, 0)], { alert }).kind).toBe('unsure');
  expect(judged([...times(5, 10), ...times(60, 0)], { alert }).kind).toBe('good');
  // Five bad rounds of sixty are below 10 % in the sum.
  expect(judged([...times(30, 0), ...times(5, 10), ...times(25, 0)], { alert }).kind).toBe('unsure');
});

it('a rate hardly above its limit is found though no two minutes show it, and not for a burst among quiet', () => {
  const burning = Array.from({ length: 360 }, (_, index) => (index % 5 === 0 ? 2 : 1));
  expect(judged(burning)).toMatchObject({ kind: 'bad', slow: true, measured: { samples: 3_600 } });
  expect(judged([...times(270, 0), ...times(70, 10), ...times(20, 0)]).kind).toBe('good');
  expect(judged(times(360, 1)).kind).toBe('good');
});

describe('a prober that is at fault', () => {
  it('says nothing, whatever failed meanwhile', () => {
    const rounds = roundsUntil(now, times(20, 10), { blind: 10 });
    expect(judged([], { rounds }).kind).toBe('unknown');
  });

  it('takes nobody back when it is blind to a fifth, and may still wake people', () => {
    const rounds = roundsUntil(now, times(20, 10), { blind: 3 });
    expect(judged([], { rounds, deployedAt: ago(30) }).kind).toBe('unknown');
    const failing = roundsUntil(now, times(20, 10), { blind: 3, symptom: 'connectionFailures' });
    expect(judge({ rule: ruleOf('connectionFailures'), rounds: failing, now, everyMs }).kind).toBe('bad');
  });

  it('or that is late says nothing of now', () => {
    expect(judged(times(20, 10), { now: now + 26_000 }).kind).toBe('unknown');
    // Ten bad rounds, a gap of an hour, one bad round.
    const rounds = [...roundsUntil(now - 3_000_000, times(10, 10)), roundAt(now, 10)];
    expect(judged([], { rounds }).kind).toBe('unsure');
  });
});

it('rounds of a deploy that moves users are its own to judge, for rules that take users back', () => {
  const during = { during: 'staging-1' };
  expect(judged([], { rounds: roundsUntil(now, times(20, 10), during) }).kind).toBe('unknown');
  const connections = roundsUntil(now, times(20, 10), { ...during, symptom: 'connectionFailures' });
  expect(judge({ rule: ruleOf('connectionFailures'), rounds: connections, now, everyMs }).kind).toBe('bad');
});

it('what was measured before the end of a rollback is over', () => {
  const alert = open();
  expect(judged([...times(20, 10), 0], { alert, takenBackAt: ago(1) + 1 }).kind).toBe('unsure');
  expect(judged([...times(20, 10), 10, 10], { alert, takenBackAt: ago(2) + 1 }).kind).toBe('bad');
});

describe('HTTP 5xx', () => {
  const rule = ruleOf('serverErrors');
  const server = (failures: readonly number[], more: Partial<Judging> = {}) =>
    judge({
      rule,
      rounds: roundsUntil(now, failures, { symptom: 'serverErrors' }),
      now,
      everyMs,
      ...more,
    });

  it('are too many above what was usual before', () => {
    expect(server([...times(60, 3), ...times(12, 4)]).kind).not.toBe('bad');
    expect(server([...times(60, 3), ...times(12, 8)])).toMatchObject({
      kind: 'bad',
      measured: { limit: 0.5 },
    });
    // Usual for the revision before, though no round but bad ones is known since the deploy.
    expect(server([...times(60, 3), ...times(10, 3)], { deployedAt: ago(9) }).kind).not.toBe('bad');
    expect(server([...times(60, 0), ...times(10, 8)], { deployedAt: ago(9) }).kind).toBe('bad');
  });

  it('that last do not become usual, while it fires and after', () => {
    expect(server([...times(60, 0), ...times(290, 10)], { alert: open({ limit: 0.2 }) })).toMatchObject({
      kind: 'bad',
      measured: { limit: 0.2 },
    });
    const over = open({ phase: 'resolved', since: ago(300), resolvedAt: ago(30) });
    const rounds = [...times(50, 0), ...times(270, 10), ...times(26, 0), ...times(4, 10)];
    expect(server(rounds, { alert: over })).toMatchObject({ kind: 'bad', measured: { limit: 0.2 } });
  });
});
