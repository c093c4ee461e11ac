import { describe, expect, it } from 'vitest';
import type { Event, Outcome } from '../../src/domain/events.ts';
import { crashBudget, type Move, nextMoves } from '../../src/domain/next-move.ts';
import { fold } from '../../src/domain/fold.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { StepName } from '../../src/domain/plan.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import {
  allDone,
  asked,
  begin,
  broken,
  done,
  guarded,
  requested,
  results,
  started,
  told,
  type Untimed,
  yielded,
} from '../support/operations.ts';

/** Of a single service, there is one move. */
const nextMove = (operation: Operation): Move | undefined => {
  const [move, ...others] = nextMoves(operation);
  expect(others).toEqual([]);
  return move;
};
const step = (name: StepName): Move => ({ kind: 'step', name });
const finish = (outcome: Outcome): Move => ({ kind: 'finish', outcome });
const running = (...events: readonly Untimed[]): Operation => told(requested(), started, ...events);

describe('after a success', () => {
  const plan = ['preflight', 'build', 'approval', 'candidate', 'prove', 'shift', 'verify'] as const;

  it.each(plan.map((name, index) => [name, plan.slice(0, index)] as const))(
    '%s follows %j',
    (name, before) => {
      expect(nextMove(told(guarded, started, ...allDone(...before)))).toEqual(step(name));
    },
  );

  it('of all steps the operation has succeeded', () => {
    expect(nextMove(told(guarded, started, ...allDone(...plan)))).toEqual(finish('succeeded'));
  });

  it('a plan without approval has none', () => {
    expect(nextMove(running(...allDone('preflight', 'build')))).toEqual(step('candidate'));
  });
});

describe('after a failure', () => {
  const before = ['preflight', 'build', 'approval', 'candidate', 'prove', 'shift', 'verify'] as const;
  const at = (name: (typeof before)[number], code: ReasonCode): readonly Untimed[] => [
    guarded,
    started,
    ...allDone(...before.slice(0, before.indexOf(name))),
    ...broken(name, code),
  ];

  it.each([
    ['preflight', 'PERMISSION_DENIED', finish('failed')],
    ['preflight', 'BLOCKED', finish('blocked')],
    ['build', 'BUILD_FAILED', finish('failed')],
    ['approval', 'REJECTED', finish('rejected')],
    ['approval', 'APPROVAL_EXPIRED', finish('expired')],
    ['approval', 'CLOUD_UNAVAILABLE', finish('failed')],
    ['candidate', 'CANDIDATE_NOT_READY', step('restore')],
    ['prove', 'CANDIDATE_UNHEALTHY', step('restore')],
    ['shift', 'TRAFFIC_NOT_MOVED', step('restore')],
    ['verify', 'UNHEALTHY_AFTER_SHIFT', step('restore')],
  ] as const)('of %s with %s', (name, code, move) => {
    expect(nextMove(told(...at(name, code)))).toEqual(move);
  });

  it('of the candidate before it began there is nothing to put back', () => {
    const failure = { code: 'CONFIG_CHANGED' as const, summary: '', evidence: [], logs: [] };
    const operation = running(...allDone('preflight', 'build'), {
      type: 'step-failed',
      step: 'candidate',
      failure,
    });
    expect(nextMove(operation)).toEqual(finish('failed'));
  });

  it('of verify the operation is rolled back once traffic was put back', () => {
    const events = [...at('verify', 'UNHEALTHY_AFTER_SHIFT'), begin('restore')];
    expect(nextMove(told(...events))).toEqual(step('restore'));
    const restored = done('restore', { ...results.restore, moved: true });
    expect(nextMove(told(...events, ...restored))).toEqual(finish('rolled-back'));
  });

  it('of a step that moved nobody the operation has failed', () => {
    expect(nextMove(told(...at('prove', 'CANDIDATE_UNHEALTHY'), ...done('restore')))).toEqual(
      finish('failed'),
    );
  });

  it('of restoring as well it is not tried for ever', () => {
    const events = [...at('verify', 'UNHEALTHY_AFTER_SHIFT'), ...broken('restore', 'TRAFFIC_NOT_MOVED')];
    expect(nextMove(told(...events))).toEqual(finish('failed'));
  });
});

describe('crashes', () => {
  const starts = (name: StepName, times: number) => Array.from({ length: times }, () => begin(name));

  it('in one step are survived up to the budget', () => {
    expect(nextMove(running(...starts('preflight', crashBudget - 1)))).toEqual(step('preflight'));
    expect(nextMove(running(...starts('preflight', crashBudget)))).toEqual({
      kind: 'give-up',
      name: 'preflight',
    });
  });

  it('are counted for each step by itself', () => {
    const events = [...starts('preflight', 4), ...done('preflight'), ...starts('build', 4)];
    expect(nextMove(running(...events))).toEqual(step('build'));
  });

  it('are counted anew when a shift has got on', () => {
    const ready = allDone('preflight', 'build', 'candidate', 'prove');
    const move: Untimed = { type: 'traffic-moved', percent: 10, split: [], stableErrors: 0 };
    const events = [...ready, ...starts('shift', 4), move, ...starts('shift', 4)];
    expect(nextMove(running(...events.slice(0, -1)))).toEqual(step('shift'));
    expect(nextMove(running(...events))).toEqual({ kind: 'give-up', name: 'shift' });
  });

  it('are told from shutdowns and waits', () => {
    const given = Array.from({ length: 20 }, () => [begin('build'), yielded('build')]).flat();
    expect(nextMove(running(...allDone('preflight'), ...given))).toEqual(step('build'));
    const waits = Array.from({ length: 20 }, () => [begin('approval'), asked(), yielded('approval')]).flat();
    const operation = told(guarded, started, ...allDone('preflight', 'build'), ...waits);
    expect(nextMove(operation)).toEqual(step('approval'));
  });

  it('while restoring are given up too', () => {
    const events = [
      ...allDone('preflight', 'build'),
      ...broken('candidate', 'STEP_CRASHED'),
      ...starts('restore', 5),
    ];
    expect(nextMove(running(...events))).toEqual({ kind: 'give-up', name: 'restore' });
    expect(nextMove(running(...events, ...broken('restore', 'STEP_CRASHED')))).toEqual(finish('failed'));
  });
});

it('decides the same from events that were read back', () => {
  const operation = running(...allDone('preflight', 'build'), begin('candidate'));
  const { type, at, ...request } = { type: 'requested' as const, at: 1, ...operation.request };
  const copy = fold([JSON.parse(JSON.stringify({ type, at, ...request })) as Event]);
  expect(nextMove(copy)).toEqual(step('preflight'));
});
