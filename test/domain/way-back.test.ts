import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { type Found, wayBack } from '../../src/domain/way-back.ts';
import {
  begin,
  broken,
  candidate,
  done,
  requested,
  results,
  stable,
  started,
  told,
} from '../support/operations.ts';

const before = [{ revision: stable, percent: 100 }];
const ingress = { before: 'all', after: 'internal' };

/** A deploy that failed in its shift, after so many percent. */
function failedAt(percent: number | undefined, code: ReasonCode = 'TRIGGER_FIRED'): Operation {
  const split = [
    { revision: candidate, percent: percent ?? 0 },
    { revision: stable, percent: 100 - (percent ?? 0) },
  ];
  const moved =
    percent === undefined ? [] : [{ type: 'traffic-moved', percent, split, stableErrors: 0 } as const];
  const ready = done('candidate', { ...results.candidate, split: before, ingress });
  return told(
    requested(),
    started,
    ...ready,
    begin('shift'),
    ...moved,
    ...broken('shift', code, { summary: 'x' }),
  );
}

const found = (serving: Record<string, number>, more: Partial<Found> = {}): Found => ({
  serving: Object.entries(serving).map(([revision, percent]) => ({ revision, percent })),
  ingress: 'all',
  modifier: 'operator@example.com',
  own: candidate,
  percents: [10, 50, 100],
  ...more,
});
const foreign = (serving: Record<string, number>, left: boolean) => ({
  split: found(serving).serving,
  left,
  by: 'operator@example.com',
});

describe('the way back', () => {
  it.each([
    ['from where this operation has moved them', { [candidate]: 10, [stable]: 90 }],
    ['from where a worker has moved them and died', { [candidate]: 50, [stable]: 50 }],
    ['also once more', { [stable]: 100 }],
  ])('leads users to who served them, %s', (_, serving) => {
    expect(wayBack(failedAt(10), found(serving))).toEqual({ had: true, split: before });
  });

  it('overwrites what somebody else did while the candidate has users, and says so', () => {
    const serving = { [candidate]: 30, [stable]: 70 };
    const back = wayBack(failedAt(10), found(serving));
    expect(back).toEqual({ had: true, split: before, foreign: foreign(serving, false) });
  });

  it('leaves what somebody else did when no user is on the candidate', () => {
    const serving = { 'backend-00001-abc': 100 };
    expect(wayBack(failedAt(10), found(serving))).toEqual({ had: true, foreign: foreign(serving, true) });
  });

  it('leaves what a person has kept', () => {
    const serving = { [candidate]: 60, [stable]: 40 };
    const wide = found(serving, { ingress: 'internal' });
    expect(wayBack(failedAt(10, 'DRIFT_ADOPTED'), wide)).toEqual({ had: true });
  });

  it('is none where nobody was moved', () => {
    expect(wayBack(told(requested(), started), found({ [stable]: 100 }))).toEqual({ had: false });
  });

  it('has the ingress with it that users had, unless it is somebody else’s by now', () => {
    const all = { [candidate]: 100 };
    const back = wayBack(failedAt(100), found(all, { ingress: 'internal' }));
    expect(back).toEqual({ had: true, split: before, ingress: 'all' });
    const other = found(all, { ingress: 'internal-and-cloud-load-balancing' });
    expect(wayBack(failedAt(100), other)).toEqual({ had: true, split: before });
  });
});
