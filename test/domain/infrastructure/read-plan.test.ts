import { describe, expect, it } from 'vitest';
import { approvalNeed, shownOf } from '../../../src/domain/infrastructure/approval.ts';
import { goodBefore } from '../../../src/domain/infrastructure/history.ts';
import { readPlan } from '../../../src/domain/infrastructure/read-plan.ts';

const facts = { empty: false, commit: undefined };

/** One resource as Terraform 1.11.4 has printed it. */
function resource(address: string, change: object): object {
  return { address, mode: 'managed', type: 'terraform_data', name: 'x', change };
}

const updated = {
  actions: ['update'],
  before: {
    id: 'ec51',
    input: { name: 'x', secret: 'hush', timeout: 30 },
    output: { name: 'x' },
    list: [1, 2],
  },
  after: { id: 'ec51', input: { name: 'x', secret: 'hush2', timeout: 86_400 }, list: [1, 3] },
  after_unknown: { input: {}, output: true, list: [false, false] },
  before_sensitive: { input: { secret: true }, output: {} },
  after_sensitive: { input: { secret: true }, output: {} },
};

function planned(...resources: readonly object[]) {
  return readPlan({ format_version: '1.2', resource_changes: resources }, facts);
}

describe('a plan', () => {
  it('tells what changes, and of a secret only that', () => {
    const plan = planned(resource('terraform_data.lb', updated));
    expect(plan?.counts).toEqual({ add: 0, change: 1, destroy: 0 });
    expect(plan?.changes[0]?.attributes).toEqual([
      { path: 'input.secret', sensitive: true },
      { path: 'input.timeout', before: '30', after: '86400', sensitive: false },
      { path: 'output', before: '{"name":"x"}', after: '(known after apply)', sensitive: false },
      { path: 'list[1]', before: '2', after: '3', sensitive: false },
    ]);
    expect(JSON.stringify(plan)).not.toContain('hush');
  });

  it('has the digest of what would be done, in whatever order it is told', () => {
    const [a, b] = [
      resource('a', updated),
      resource('b', { actions: ['delete'], before: { id: '1' }, after: null }),
    ];
    const digest = planned(a, b)?.digest;
    expect(planned(b, a)?.digest).toBe(digest);
    expect(planned(a, b, resource('c', { actions: ['no-op'], before: {}, after: {} }))?.digest).toBe(digest);
    expect(planned(a)?.digest).not.toBe(digest);
    const other = { ...updated, before: { ...updated.before, id: 'other' } };
    expect(planned(resource('a', other), b)?.digest).not.toBe(digest);
    // Whoever sees the digest must not be able to try secrets.
    const secret = {
      ...updated,
      after: { ...updated.after, input: { ...updated.after.input, secret: 'third' } },
    };
    expect(planned(resource('a', secret), b)?.digest).toBe(digest);
  });

  it('counts a replacement twice, as Terraform does, and calls it a destruction', () => {
    const plan = planned(resource('a', { ...updated, actions: ['delete', 'create'] }));
    expect(plan?.counts).toEqual({ add: 1, change: 0, destroy: 1 });
    expect(plan && shownOf(plan).changes?.[0]).toEqual({ field: 'a', after: 'DESTROYED and created anew' });
  });

  it('is not read from another major version, nor from what is no plan', () => {
    expect(readPlan({ format_version: '2.0' }, facts)).toBeUndefined();
    expect(readPlan('Terraform v0.11', facts)).toBeUndefined();
  });
});

describe('an approval of a plan', () => {
  const changes = planned(resource('a', updated))!;
  const destroys = planned(resource('a', { actions: ['delete'], before: {}, after: null }))!;
  const approval = { by: ['U0REVIEWER'], expiresMs: 1, self: false };
  const policy = { way: {} as never, propagation: {} as never, outputs: {} };

  it('is asked for what destroys, and where the environment asks for approvals', () => {
    expect(approvalNeed({ infrastructure: policy }, changes)).toMatchObject({ kind: 'skip' });
    expect(approvalNeed({ infrastructure: policy, approval }, changes)).toEqual({
      kind: 'ask',
      policy: approval,
    });
    expect(approvalNeed({ infrastructure: policy }, destroys)).toMatchObject({
      kind: 'ask',
      policy: { by: [], self: false },
    });
  });

  it('follows the rule of the environment, and is asked for nothing where there is nothing', () => {
    const rule = (approvalRule: 'always' | 'destroy' | 'never') => ({
      infrastructure: { ...policy, approval: approvalRule },
      approval,
    });
    expect(approvalNeed(rule('never'), destroys)).toMatchObject({ kind: 'skip' });
    expect(approvalNeed(rule('destroy'), changes)).toMatchObject({ kind: 'skip' });
    expect(approvalNeed(rule('always'), changes)).toMatchObject({ kind: 'ask' });
    expect(approvalNeed(rule('always'), { ...changes, empty: true })).toMatchObject({ kind: 'skip' });
  });
});

describe('the way back', () => {
  const entry = (operation: string, commit: string, good: boolean) => ({
    operation,
    commit,
    good,
    byName: 'developer',
    at: 0,
  });

  it('leads to the last good configuration, and past the one that is applied', () => {
    const [one, two] = [entry('s-1', 'a', true), entry('s-2', 'b', true)];
    expect(goodBefore([])).toBeUndefined();
    expect(goodBefore([one])).toBeUndefined();
    expect(goodBefore([one, two])).toBe(one);
    expect(goodBefore([one, two, entry('s-3', 'c', false)])).toBe(two);
    expect(goodBefore([one, two, entry('s-3', 'b', false)])).toBe(two);
    expect(goodBefore([entry('s-1', '', true), two])).toBeUndefined();
  });
});
