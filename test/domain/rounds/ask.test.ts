import { describe, expect, it } from 'vitest';
import { decideRound, roundHandsOf } from '../../../src/domain/rounds/ask.ts';
import { nextRound } from '../../../src/domain/rounds/next.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { began, end, requested, told } from '../../support/operations.ts';
import { green, round, roundAsked, roundsOf, roundStarted, summary } from '../../support/rounds.ts';

const by = { by: 'U0REVIEWER', byName: 'reviewer', at: began };
const click = (operation: Operation | undefined, more: object = {}) =>
  decideRound(operation, { ...by, way: 'deploy', after: 1, ref: 'fix/ws', ...more });

describe('the buttons between two rounds', () => {
  it('are there only while a person is awaited', () => {
    expect(roundHandsOf(roundsOf(...round(1)))).toEqual(['deploy', 're-run', 'stop']);
    expect(roundHandsOf(roundsOf(roundStarted(1)))).toEqual([]);
    expect(roundHandsOf(roundsOf(...round(1), roundAsked(1)))).toEqual([]);
    expect(roundHandsOf(roundsOf(...round(1, green)))).toEqual([]);
    expect(roundHandsOf(roundsOf(...round(1), end('cancelled')))).toEqual([]);
  });

  it('offer no re-run where no test has failed', () => {
    const none = summary({
      outcome: 'failed',
      code: 'BUILD_FAILED',
      modules: { green: 0, all: 0 },
      tests: { passed: 0, failed: 0, skipped: 0 },
    });
    expect(roundHandsOf(roundsOf(...round(1, none)))).toEqual(['retry', 'deploy', 'stop']);
    // After a round that got nowhere the tests of the one before still fail.
    expect(roundHandsOf(roundsOf(...round(1), ...round(2, none)))).toContain('re-run');
  });
});

describe('a round that ended before it brought anything', () => {
  const none = { modules: { green: 0, all: 0 }, tests: { passed: 0, failed: 0, skipped: 0 } };
  const blocked = summary({ ...none, outcome: 'blocked', code: 'BLOCKED', blockers: ['Docker daemon'] });
  const waits = [...round(1), ...round(2, blocked)];

  it('can be done again, with what it had done already', () => {
    const operation = roundsOf(...waits);
    expect(roundHandsOf(operation)).toEqual(['retry', 'deploy', 're-run', 'stop']);
    expect(click(operation, { way: 'retry', after: 2 })).toMatchObject({ kind: 'accept' });
    const asked = roundAsked(2, { ...by, way: 'retry', ref: undefined });
    expect(nextRound(roundsOf(...waits, asked), 0)).toMatchObject({
      kind: 'begin',
      round: 3,
      way: 'deploy',
      ref: 'main',
      retryOf: 'staging-44',
    });
    expect(click(roundsOf(...waits, asked), { way: 'retry', after: 2 })).toEqual({ kind: 'known' });
  });

  it.each(['rolled-back', 'rejected', 'cancelled', 'succeeded'])('is no one that was %s', (outcome) => {
    const over = roundsOf(...round(1, summary({ ...none, outcome })));
    expect(roundHandsOf(over)).not.toContain('retry');
    expect(click(over, { way: 'retry' })).toMatchObject({ refusal: { code: 'CONTROL_OVER' } });
  });
});

describe('a click between two rounds', () => {
  it('counts while it is what its button meant', () => {
    expect(click(roundsOf(...round(1)))).toMatchObject({
      kind: 'accept',
      event: { type: 'round-asked', way: 'deploy', ref: 'fix/ws', after: 1, byName: 'reviewer' },
    });
  });

  it.each([
    ['while a round runs', roundsOf(roundStarted(1)), 'runs round 1'],
    ['of a round before', roundsOf(...round(1), ...round(2)), 'waits after round 2'],
    ['after somebody else', roundsOf(...round(1), roundAsked(1)), 'begins round 2 already'],
    ['after the end', roundsOf(...round(1), end('cancelled')), 'has ended'],
    ['after a Cancel', roundsOf(...round(1), { ...by, type: 'cancelled' }), 'has ended'],
    ['after a Stop', roundsOf(...round(1), roundAsked(1, { way: 'stop' })), 'was stopped by developer'],
  ])('is refused %s', (_, operation, text) => {
    const decided = click(operation);
    expect(decided).toMatchObject({ kind: 'refuse', refusal: { code: 'CONTROL_OVER' } });
    expect(decided).toMatchObject({ refusal: { summary: expect.stringContaining(text) as string } });
  });

  it('made twice by the same person is done once, without a word', () => {
    expect(click(roundsOf(...round(1), roundAsked(1, by)))).toEqual({ kind: 'known' });
    const stop = { way: 'stop' } as const;
    expect(click(roundsOf(...round(1), roundAsked(1, stop)), stop)).toEqual({ kind: 'known' });
  });

  it('on Stop counts while a round runs: it is the last one', () => {
    expect(click(roundsOf(roundStarted(1)), { way: 'stop' }).kind).toBe('accept');
  });

  it('is none of an operation of another kind', () => {
    expect(click(told(requested()))).toMatchObject({ refusal: { code: 'NOT_FOUND' } });
    expect(click(undefined)).toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });
});
