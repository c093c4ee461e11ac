import { describe, expect, it } from 'vitest';
import { type ApprovalClick, decideClick, fingerprintOf } from '../../src/domain/approval.ts';
import { changedParts, together } from '../../src/domain/shown.ts';
import { awaitsApproval, type Operation } from '../../src/domain/operation.ts';
import {
  allDone,
  asked,
  began,
  begin,
  broken,
  clicked,
  digest,
  done,
  end,
  fingerprint,
  guarded,
  requested,
  started,
  told,
  yielded,
} from '../support/operations.ts';

const before = [guarded, started, ...allDone('preflight', 'build'), begin('approval')];
const waiting = told(...before, asked(), yielded('approval'));
const expired = { type: 'approval-expired' } as const;

function click(more: Partial<ApprovalClick> = {}): ApprovalClick {
  return {
    kind: 'approved',
    by: 'U0REVIEWER',
    byName: 'reviewer',
    fingerprint,
    at: began + 60_000,
    members: new Set(['U0REVIEWER', 'S0APPROVERS', 'U0OPERATOR']),
    ...more,
  };
}

function verdict(operation: Operation | undefined, more: Partial<ApprovalClick> = {}): string {
  const decision = decideClick(operation, click(more));
  return decision.kind === 'accept' ? decision.event.type : decision.refusal.code;
}

describe('the life of an approval', () => {
  it('is awaited from the question to the decision', () => {
    expect(awaitsApproval(told(...before))).toBe(false);
    expect(awaitsApproval(waiting)).toBe(true);
    expect(awaitsApproval(told(...before, asked(), clicked('approved')))).toBe(false);
    expect(awaitsApproval(told(...before, asked(), clicked('rejected')))).toBe(false);
    expect(awaitsApproval(told(...before, asked(), expired))).toBe(false);
    expect(awaitsApproval(told(...before, asked(), end('failed')))).toBe(false);
    expect(awaitsApproval(told(...before, asked(), ...broken('approval', 'CLOUD_UNAVAILABLE')))).toBe(false);
  });

  it('takes the first decision only', () => {
    const operation = told(...before, asked(), clicked('approved'), clicked('rejected'), expired);
    expect(operation.approval).toMatchObject({ decision: { kind: 'approved' }, expired: false });
    const late = told(...before, asked(), expired, clicked('approved'));
    expect(late.approval).toMatchObject({ expired: true });
    expect(late.approval?.decision).toBeUndefined();
  });

  it('does not take a decision on something else, or on nothing', () => {
    const other = clicked('approved', { fingerprint: 'other' });
    expect(told(...before, asked(), other).approval?.decision).toBeUndefined();
    expect(told(...before, clicked('approved'), expired).approval).toBeUndefined();
  });

  it('begins anew when what would be deployed has changed', () => {
    const again = told(...before, asked(), clicked('approved'), asked({ fingerprint: 'new' }));
    expect(awaitsApproval(again)).toBe(true);
    expect(again.approval).toMatchObject({ fingerprint: 'new', expired: false });
    expect(again.approval?.decision).toBeUndefined();
    expect(awaitsApproval(told(...before, asked(), expired, asked()))).toBe(true);
  });
});

describe('a click', () => {
  it.each(['approved', 'rejected'] as const)('of an approver counts: %s', (kind) => {
    expect(decideClick(waiting, click({ kind }))).toEqual({
      kind: 'accept',
      event: { type: kind, at: began + 60_000, by: 'U0REVIEWER', byName: 'reviewer', fingerprint },
    });
  });

  it('of somebody named needs no group', () => {
    expect(verdict(waiting, { members: 'unknown' })).toBe('approved');
  });

  it('of somebody in the group counts', () => {
    expect(verdict(waiting, { by: 'U0OPERATOR' })).toBe('approved');
    expect(verdict(waiting, { by: 'U0OPERATOR', members: 'unknown' })).toBe('APPROVERS_UNKNOWN');
  });

  it('of anybody else is refused', () => {
    expect(verdict(waiting, { by: 'U0GUEST' })).toBe('NOT_AN_APPROVER');
    expect(verdict(waiting, { by: 'U0GUEST', kind: 'rejected' })).toBe('NOT_AN_APPROVER');
  });

  it('is refused where nothing is asked', () => {
    expect(verdict(undefined)).toBe('NOT_FOUND');
    expect(verdict(told(...before))).toBe('APPROVAL_OVER');
  });

  it.each(['approved', 'rejected'] as const)('after it was %s tells by whom', (kind) => {
    const decision = decideClick(told(...before, asked(), clicked(kind)), click());
    expect(decision).toMatchObject({ kind: 'refuse', refusal: { code: 'APPROVAL_OVER' } });
    expect(JSON.stringify(decision)).toContain(`already ${kind} by reviewer`);
  });

  it('is refused from the very millisecond in which the question expires', () => {
    const at = began + 3_600_000;
    expect(verdict(waiting, { at: at - 1 })).toBe('approved');
    expect(verdict(waiting, { at })).toBe('APPROVAL_EXPIRED');
    expect(verdict(told(...before, asked(), expired))).toBe('APPROVAL_EXPIRED');
  });

  it('is refused when the operation, or the step, has ended', () => {
    expect(verdict(told(...before, asked(), end('failed')))).toBe('APPROVAL_OVER');
    expect(verdict(told(...before, asked(), ...done('approval')))).toBe('APPROVAL_OVER');
  });

  it('on what is not shown any more is refused', () => {
    expect(verdict(waiting, { fingerprint: 'old' })).toBe('APPROVAL_OUTDATED');
  });

  describe('of the requester', () => {
    const by = 'U0DEVELOPER';
    const named = { by: [by, 'S0APPROVERS'] };
    const members = new Set([by, 'S0APPROVERS']);

    it('does not approve, approver or not', () => {
      expect(verdict(waiting, { by })).toBe('APPROVAL_SELF');
      expect(verdict(told(...before, asked(named)), { by, members })).toBe('APPROVAL_SELF');
    });

    it('approves where the policy says so, if they are an approver', () => {
      expect(verdict(told(...before, asked({ self: true })), { by })).toBe('NOT_AN_APPROVER');
      expect(verdict(told(...before, asked({ self: true })), { by, members })).toBe('approved');
      expect(verdict(told(...before, asked({ ...named, self: true })), { by })).toBe('approved');
    });

    it('rejects always', () => {
      expect(verdict(waiting, { by, kind: 'rejected' })).toBe('rejected');
      expect(verdict(waiting, { by, kind: 'rejected', members: 'unknown' })).toBe('rejected');
    });
  });
});

describe('a fingerprint', () => {
  const shown = { digest, split: 'a 100 %', template: 't' };

  it('is the same for the same, whatever the order of the fields', () => {
    expect(fingerprintOf({ template: 't', split: 'a 100 %', digest })).toBe(fingerprintOf(shown));
    expect(fingerprintOf(shown)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('changes with each part of what is shown', () => {
    const all = [
      shown,
      { ...shown, digest: 'other' },
      { ...shown, split: 'other' },
      { ...shown, template: 'other' },
      // Nothing moves from one part to the next unseen.
      { ...shown, split: 'a 100 %t', template: '' },
    ].map(fingerprintOf);
    expect(new Set(all).size).toBe(all.length);
  });

  it('changes with what is written for any of several services', () => {
    const each = [
      { ...shown, service: 'backend', wish: 'a' },
      { ...shown, service: 'auth', wish: 'b' },
    ];
    const other = each.map((one) => ({ ...one, wish: one.wish.replace('b', 'c') }));
    expect(fingerprintOf(together(each))).not.toBe(fingerprintOf(together(other)));
    expect(changedParts(together(each), together(other))).toEqual([
      'the configuration of the service of auth',
    ]);
  });

  it('belongs to one request', () => {
    expect(told(requested()).approval).toBeUndefined();
  });
});
