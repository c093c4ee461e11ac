import { describe, expect, it } from 'vitest';
import { median } from '../../src/domain/health.ts';
import { candidateTag, revisionName } from '../../src/domain/naming.ts';
import { deployPlan, stepNames } from '../../src/domain/plan.ts';
import { reasonCodes, reasons } from '../../src/domain/reasons.ts';
import { sameSplit, type Split, splitSchema, splitText } from '../../src/domain/results.ts';
import { type Target, targetKey } from '../../src/domain/target.ts';
import { requested, told } from '../support/operations.ts';

it.each([
  [[], undefined],
  [[7], 7],
  [[9, 1], 1],
  [[10, 9, 1], 9],
  [[100, 2, 30, 4], 4],
])('the median of %j is %s', (values, middle) => {
  expect(median(values)).toBe(middle);
});

describe('a traffic split', () => {
  const old = { revision: 'old', percent: 90 };
  const fresh = { revision: 'new', percent: 10 };

  it.each([
    [[], 'no traffic'],
    [[{ revision: 'old', percent: 0, tag: 'op1' }], 'no traffic'],
    [[{ revision: 'old', percent: 100 }], 'old 100 %'],
    [[fresh, old], 'new 10 % · old 90 %'],
    [[{ ...fresh, percent: 0 }, old], 'old 90 %'],
  ])('%j reads %j', (split, text) => {
    expect(splitText(split)).toBe(text);
  });

  it.each<[Split, Split, boolean]>([
    [[], [], true],
    [[fresh, old], [old, fresh], true],
    [[old], [{ ...old, tag: 'op1' }], true],
    [[old], [old, { revision: 'new', percent: 0, tag: 'op1' }], true],
    [[old], [], false],
    [[old], [{ ...old, percent: 89 }], false],
    [[old], [{ ...old, revision: 'other' }], false],
    [[old], [old, fresh], false],
  ])('%j serves as %j: %s', (a, b, same) => {
    expect(sameSplit(a, b)).toBe(same);
    expect(sameSplit(b, a)).toBe(same);
  });

  it('does not change by being compared', () => {
    const split = [old, fresh];
    sameSplit(split, [fresh, old]);
    expect(split).toEqual([old, fresh]);
  });

  it.each([-1, 101, 12.5])('has no %s percent', (percent) => {
    expect(splitSchema.safeParse([{ revision: 'a', percent }]).success).toBe(false);
  });
});

describe('names', () => {
  const target = { run: 'backend-eu', service: 'backend', environment: 'staging' } as Target;

  it('come from the operation alone', () => {
    const operation = told(requested({ number: 7, uid: 'abc234' }));
    expect(revisionName(operation, target)).toBe('backend-eu-r7-abc234');
    expect(candidateTag(operation)).toBe('op7');
  });

  // https://cloud.google.com/run/docs/configuring: revision names have at most 63 characters, tags with service 46.
  it('fit into what Cloud Run takes', () => {
    const operation = told(requested({ number: 999_999 }));
    const longest = { ...target, run: `a${'b'.repeat(37)}` };
    expect(revisionName(operation, longest)).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
    expect(candidateTag(told(requested({ number: 1 })))).toMatch(/^[a-z][a-z0-9-]{1,}[a-z0-9]$/);
    expect(candidateTag(operation).length + longest.run.length).toBeLessThanOrEqual(46);
  });

  it('of targets tell them apart', () => {
    expect(targetKey(target)).toBe('staging/backend');
  });
});

it('a plan holds known steps once, and approval after what it approves', () => {
  const plan = deployPlan({ approval: true });
  expect(new Set(plan).size).toBe(plan.length);
  expect(plan.every((name) => stepNames.includes(name))).toBe(true);
  expect(plan.indexOf('approval')).toBe(plan.indexOf('build') + 1);
  expect(plan.filter((name) => name !== 'approval')).toEqual(deployPlan({ approval: false }));
});

it.each(reasonCodes)('the reason %s says what it means and what to do', (code) => {
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  expect(reasons[code].meaning).toMatch(/^(?:[A-Z]|slipway ).+\.$/s);
  expect(reasons[code].next).toMatch(/^[A-Z].+\.$/s);
});
