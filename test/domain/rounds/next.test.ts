import { describe, expect, it } from 'vitest';
import { idleMs, isGreenRound, nextRound } from '../../../src/domain/rounds/next.ts';
import { began, started, told, type Untimed } from '../../support/operations.ts';
import {
  green,
  idOf,
  round,
  roundAsked,
  roundsOf,
  roundsRequested,
  roundStarted,
  summary,
} from '../../support/rounds.ts';

const soon = began + 60_000;
const next = (...events: readonly Untimed[]) => nextRound(roundsOf(...events), soon);

describe('what comes next in rounds', () => {
  it('is the first one, from the ref of the request', () => {
    expect(next()).toEqual({ kind: 'begin', round: 1, way: 'deploy', ref: 'main' });
  });

  it('is to follow the one under way', () => {
    expect(next(roundStarted(1))).toMatchObject({ kind: 'follow', round: { operation: 'staging-43' } });
  });

  it('is to wait for a person while tests fail', () => {
    expect(next(...round(1))).toMatchObject({ kind: 'wait' });
  });

  it('is what was asked for, and without a ref the one before', () => {
    expect(next(...round(1), roundAsked(1))).toMatchObject({ kind: 'begin', round: 2, ref: 'fix/ws' });
    const again = roundAsked(1, { way: 're-run', ref: undefined });
    expect(next(...round(1), again)).toMatchObject({ kind: 'begin', round: 2, way: 're-run', ref: 'main' });
  });

  it('is nothing of what was asked for after another round, or while one runs', () => {
    expect(next(...round(1), ...round(2), roundAsked(1)).kind).toBe('wait');
    expect(next(...round(1), roundStarted(2), roundAsked(2)).kind).toBe('follow');
  });

  it('of two that ask at once is what the first one asks for', () => {
    const second = roundAsked(1, { ref: 'other', by: 'U0REVIEWER', byName: 'reviewer' });
    expect(next(...round(1), roundAsked(1), second)).toMatchObject({ ref: 'fix/ws', byName: 'developer' });
  });

  it('is the end once all tests pass', () => {
    expect(next(...round(1), ...round(2, green))).toEqual({ kind: 'end', end: 'green' });
  });

  it('is the end at the maximum', () => {
    const operation = told(roundsRequested({ rounds: { max: 1, watch: false } }), started, ...round(1));
    expect(nextRound(operation, soon)).toEqual({ kind: 'end', end: 'max' });
  });

  it('is the end once somebody stopped it, after the round under way', () => {
    const stop = roundAsked(1, { way: 'stop' });
    expect(next(...round(1), stop)).toEqual({ kind: 'end', end: 'stopped' });
    expect(next(roundStarted(1), stop).kind).toBe('follow');
  });

  it('is the end when nobody says anything for a week', () => {
    const operation = roundsOf(...round(1));
    expect(nextRound(operation, began + idleMs).kind).toBe('wait');
    expect(nextRound(operation, soon + idleMs)).toEqual({ kind: 'end', end: 'stopped' });
  });
});

describe('rounds that bring nothing new', () => {
  it('are the end after two in a row', () => {
    expect(next(...round(1), ...round(2)).kind).toBe('wait');
    expect(next(...round(1), ...round(2), ...round(3))).toEqual({ kind: 'end', end: 'stalled' });
  });

  it('are none where another test fails, a cause changes, or a round ends otherwise', () => {
    const other = [
      summary({ failing: [idOf(1)], broken: [idOf(4)] }),
      summary({ findings: [{ cause: 'HTTP 503', tests: [idOf(1)], excerpt: '' }] }),
      summary({ outcome: 'failed', code: 'BUILD_FAILED' }),
    ];
    for (const changed of other)
      expect(next(...round(1), ...round(2), ...round(3, changed)).kind).toBe('wait');
  });

  it('are counted by deploys: the same tests once more are meant to fail', () => {
    const again = summary({ outcome: 'failed' });
    const rerun = (number: number) => round(number, again, 're-run');
    expect(next(...round(1), ...rerun(2), ...rerun(3)).kind).toBe('wait');
    expect(next(...round(1), ...rerun(2), ...round(3), ...round(4))).toEqual({ kind: 'end', end: 'stalled' });
  });

  it('are none that were stopped before they changed anything: whoever clears the way goes on', () => {
    const blocked = summary({
      outcome: 'blocked',
      code: 'LOCKED',
      modules: { green: 0, all: 0 },
      tests: { passed: 0, failed: 0, skipped: 0 },
      failing: [],
      findings: [],
    });
    const thrice = [2, 3, 4].flatMap((each) => round(each, blocked));
    expect(next(...round(1), ...thrice).kind).toBe('wait');
    expect(next(...round(1), ...thrice, ...round(5)).kind).toBe('wait');
    expect(next(...round(1), ...thrice, ...round(5), ...round(6))).toMatchObject({ end: 'stalled' });
  });
});

describe('a green round', () => {
  const problem = { suite: 'e2e', code: 'SUITE_EXIT' as const, summary: 'exit 0 with failures' };

  it.each([
    ['has a failing test', summary()],
    ['was rolled back', { ...green, outcome: 'rolled-back' }],
    ['has a suite that could not tell', { ...green, problems: [problem] }],
    ['skips what failed before', { ...green, missing: [idOf(1)] }],
    ['ran no test', { ...green, tests: { passed: 0, failed: 0, skipped: 9 } }],
  ])('is none that %s', (_, brought) => {
    expect(isGreenRound({ way: 'deploy', summary: brought })).toBe(false);
  });

  it('may be one in which the failed tests passed when they were run again', () => {
    expect(isGreenRound({ way: 're-run', summary: { ...green, flaky: [idOf(1)] } })).toBe(true);
  });
});
