import { describe, expect, it } from 'vitest';
import { decidedAt, timingOf } from '../../src/domain/timing.ts';
import {
  allDone,
  began,
  begin,
  broken,
  done,
  requested,
  results,
  started,
  told,
  type Untimed,
} from '../support/operations.ts';
import {
  countingDown,
  fired,
  firedAfter,
  going,
  hand,
  moved,
  movedAfter,
  wentBack,
} from '../support/countdowns.ts';

const at = (second: number) => began + second * 1000;
const over: Untimed = { type: 'countdown-over' };

describe('how long users met what was wrong', () => {
  it('is counted from the first look above the limit, past a countdown, to the old traffic', () => {
    const operation = told(...countingDown, over, ...wentBack);
    expect(timingOf(operation)).toEqual({
      beganAt: at(movedAfter) + 500,
      detectMs: 500,
      countdownMs: 1_000,
      restoreMs: 2_000,
    });
  });

  it('without a countdown is counted to the end of the step', () => {
    const [watched, ...rest] = wentBack;
    const seen = { ...watched, triggers: [{ ...fired, since: at(movedAfter) + 500 }] } as Untimed;
    expect(timingOf(told(...going, moved(50), seen, ...rest))).toEqual({
      beganAt: at(movedAfter) + 500,
      detectMs: 1_500,
      restoreMs: 2_000,
    });
  });

  it('is counted from the move where no look of our own was above the limit', () => {
    const timing = timingOf(told(...going, moved(50), ...wentBack));
    expect(timing).toMatchObject({ beganAt: at(movedAfter), detectMs: 2_000 });
  });

  it('leaves out a countdown of another share, which somebody kept', () => {
    const timing = timingOf(told(...countingDown, hand('kept'), moved(100), ...wentBack));
    expect(timing.countdownMs).toBeUndefined();
    expect(timing.beganAt).toBe(at(firedAfter + 2));
  });

  it('is decided by the end of the countdown, or by the hand that does not wait for it', () => {
    const operation = told(...countingDown, hand('cancelled'), ...wentBack);
    expect(decidedAt(operation)).toBe(at(firedAfter + 1));
    expect(timingOf(operation).countdownMs).toBe(1_000);
    expect(decidedAt(told(...countingDown, over, ...wentBack))).toBe(at(firedAfter + 1));
  });

  it('is decided by the click that cancels, and by the step that fails', () => {
    const cancelled = told(...going, moved(50), hand('cancelled'), ...broken('shift', 'CANCELLED').slice(1));
    expect(decidedAt(cancelled)).toBe(at(movedAfter + 1));
    const unhealthy = told(...going, moved(50), ...broken('verify', 'UNHEALTHY_AFTER_SHIFT'));
    expect(decidedAt(unhealthy)).toBe(at(movedAfter + 2));
    expect(decidedAt(told(...going, moved(50)))).toBeUndefined();
  });

  it('says of a cancelled deploy only how long it took to bring users back', () => {
    const restored = done('restore', { ...results.restore, moved: true, tookMs: 1_200 });
    const failed = broken('shift', 'CANCELLED').slice(1);
    expect(timingOf(told(...going, moved(50), hand('cancelled'), ...failed, ...restored))).toEqual({
      restoreMs: 1_200,
    });
  });

  it('of a rollback is counted from its command to the traffic', () => {
    const rollback = requested({ kind: 'rollback', plan: ['preflight', 'choose', 'shift', 'verify'] });
    const moving = [rollback, started, ...allDone('preflight', 'choose'), begin('shift')];
    expect(timingOf(told(...moving))).toEqual({});
    expect(timingOf(told(...moving, moved(100)))).toEqual({ restoreMs: moving.length * 1000 });
  });

  it('is nothing where nobody was brought back', () => {
    expect(timingOf(told(...going, moved(50)))).toEqual({});
  });
});
