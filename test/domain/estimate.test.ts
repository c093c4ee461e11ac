import { describe, expect, it } from 'vitest';
import { durationsOf, expectedEnd, isEmpty, lateAt } from '../../src/domain/estimate.ts';
import type { Estimates } from '../../src/domain/usual.ts';
import { stepOf } from '../../src/domain/operation.ts';
import { deployPlan } from '../../src/domain/plan.ts';
import {
  allDone,
  asked,
  began,
  begin,
  broken,
  clicked,
  done,
  guarded,
  requested,
  started,
  told,
  type Untimed,
} from '../support/operations.ts';

const usual = (median: number) => ({ median, p90: median * 2, samples: 5 });
const names = deployPlan({ approval: false });
const steps = Object.fromEntries(names.map((name) => [name, usual(10_000)]));
const estimated = (estimates: Estimates): Untimed => ({ type: 'estimated', estimates });
const all = estimated({ whole: usual(60_000), steps });

describe('what an operation adds to what is known', () => {
  it('is the time of the steps that ended well, without what people took', () => {
    const operation = told(
      guarded,
      started,
      ...allDone('preflight', 'build'),
      begin('approval'),
      asked(),
      clicked('approved'),
      ...done('approval').slice(1),
      ...allDone('candidate'),
    );
    expect(durationsOf(operation, began + 60_000, true)).toEqual({
      operation: 'staging-42',
      // 59 s since it began, 3 of which it waited.
      whole: 56_000,
      steps: { preflight: 1_000, build: 1_000, candidate: 1_000 },
    });
  });

  it('has no whole of what did not succeed, and no step that failed or was interrupted', () => {
    const operation = told(
      requested(),
      started,
      begin('preflight'),
      ...done('preflight'),
      ...allDone('build'),
      ...broken('candidate', 'CANDIDATE_NOT_READY'),
    );
    expect(durationsOf(operation, began + 60_000, false)).toEqual({
      operation: 'staging-42',
      steps: { build: 1_000 },
    });
    expect(isEmpty({ steps: {} })).toBe(true);
    expect(isEmpty({ whole: usual(1), steps: {} })).toBe(false);
    expect(isEmpty({ steps })).toBe(false);
  });
});

describe('the probable end', () => {
  it('is that of the step under way and of those after it', () => {
    const operation = told(requested(), started, all, ...allDone('preflight'), begin('build'));
    expect(expectedEnd(operation)).toBe(began + 5_000 + (names.length - 1) * 10_000);
    const between = told(requested(), started, all, ...allDone('preflight'));
    expect(expectedEnd(between)).toBe(began + 4_000 + (names.length - 1) * 10_000);
    expect(expectedEnd(told(requested(), started, all))).toBe(began + 1_000 + names.length * 10_000);
  });

  it.each([
    ['without data', [started, begin('preflight')]],
    ['where one step has none', [started, estimated({ steps: { preflight: usual(1) } }), begin('preflight')]],
    ['before it begins', [all]],
    [
      'when it takes longer than usual',
      [started, all, begin('preflight'), { type: 'step-late', step: 'preflight' }],
    ],
    ['after a failure', [started, all, ...broken('preflight', 'SERVICE_NOT_FOUND')]],
    ['when it is over', [started, all, ...allDone('preflight'), { type: 'finished', outcome: 'succeeded' }]],
  ] as const)('is not told %s', (_, events) => {
    expect(expectedEnd(told(requested(), ...(events as readonly Untimed[])))).toBeUndefined();
  });

  it('is not told while people must act', () => {
    expect(
      expectedEnd(told(guarded, started, all, ...allDone('preflight', 'build'), begin('approval'))),
    ).toBeUndefined();
  });

  it('goes by the first estimate', () => {
    const operation = told(requested(), started, all, estimated({ steps: {} }), begin('preflight'));
    expect(operation.estimates?.whole).toEqual(usual(60_000));
  });
});

describe('a step', () => {
  it('is late after the time that 9 of 10 took, once', () => {
    const running = told(requested(), started, all, begin('preflight'));
    const step = stepOf(running, 'preflight')!;
    expect(lateAt(running, step)).toBe(began + 3_000 + 20_000);
    expect(lateAt(running, { ...step, late: true })).toBeUndefined();
    expect(lateAt(told(requested(), started, begin('preflight')), step)).toBeUndefined();
  });
});

it('an operation is told when its turn probably comes', () => {
  const queued: Untimed = { type: 'queued', behind: 'staging-41', position: 2, beginsAt: began + 9_000 };
  expect(told(requested(), queued).queue).toEqual({
    behind: 'staging-41',
    position: 2,
    beginsAt: began + 9_000,
  });
});
