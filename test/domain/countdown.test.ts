import { describe, expect, it } from 'vitest';
import { controlsOf, controlTitle, decideControl, meant } from '../../src/domain/controls.ts';
import { firedText, interruptedCountdown, openCountdown, unkept } from '../../src/domain/countdown.ts';
import { eventSchema } from '../../src/domain/events.ts';
import { nextMoves } from '../../src/domain/next-move.ts';
import { candidate, end, timed, told, type Untimed } from '../support/operations.ts';
import { countingDown, developer, fired, going, hand, moved } from '../support/countdowns.ts';

const over = { type: 'countdown-over' } as const;
const after = (...more: readonly Untimed[]) => told(...countingDown, ...more);
const lastOf = (...more: readonly Untimed[]) => after(...more).countdowns.at(-1);

describe('a countdown', () => {
  it('is open from the trigger on, and offers to keep or not to wait', () => {
    const operation = told(...countingDown);
    expect(openCountdown(operation)).toMatchObject({ percent: 50, triggers: [fired] });
    expect(controlsOf(operation)).toEqual(['kept', 'cancelled']);
    expect(controlTitle('cancelled', operation)).toBe('Roll back now');
    expect(controlTitle('cancelled', told(...going, moved(50)))).toBe('Cancel');
    expect(interruptedCountdown(operation)).toBeDefined();
  });

  it.each([
    ['keeps', [hand('kept')], 'kept'],
    ['does not wait', [hand('cancelled')], 'hurried'],
  ] as const)('ends when somebody %s, and the shift goes on to run', (_, events, who) => {
    const operation = after(...events);
    expect(operation.countdowns.at(-1)?.[who]).toMatchObject({ by: developer.by, byName: 'developer' });
    expect(openCountdown(operation)).toBeUndefined();
    expect(operation.cancelled).toBeUndefined();
    expect(nextMoves(operation)).toEqual([{ kind: 'step', name: 'shift' }]);
  });

  it.each([
    ['Keep after its end', [over, hand('kept')], { overAt: expect.any(Number) as number }],
    ['its end after Keep', [hand('kept'), over], { kept: expect.any(Object) as object }],
    [
      'Keep after Roll back now',
      [hand('cancelled'), hand('kept')],
      { hurried: expect.any(Object) as object },
    ],
  ])('counts the earlier of two: %s changes nothing', (_, events, expected) => {
    const { kept, hurried, overAt } = lastOf(...events)!;
    expect(Object.fromEntries(Object.entries({ kept, hurried, overAt }).filter(([, is]) => is))).toEqual(
      expected,
    );
  });

  it('is left to another worker unless somebody kept it', () => {
    expect(interruptedCountdown(after(over))).toBeDefined();
    expect(interruptedCountdown(after(hand('cancelled')))).toBeDefined();
    expect(interruptedCountdown(after(hand('kept')))).toBeUndefined();
    expect(interruptedCountdown(told(...going, moved(50)))).toBeUndefined();
  });

  it('knows when people were told of it the last time', () => {
    const tick = { type: 'step-progressed', step: 'shift', text: 'now' } as const;
    const { at, toldAt } = lastOf(tick, tick)!;
    expect(toldAt - at).toBe(2000);
    expect(lastOf(hand('kept'), tick)?.toldAt).toBe(at);
    expect(lastOf({ ...tick, step: 'verify' })?.toldAt).toBe(at);
  });

  it('refuses what came too late, and what does not act in it', () => {
    const click = { ...developer, at: 1 };
    const decide = (control: 'kept' | 'held' | 'cancelled', ...more: readonly Untimed[]) =>
      decideControl(after(...more), { ...click, control });
    expect(decide('kept')).toEqual({ kind: 'accept', event: { type: 'kept', ...click } });
    expect(decide('cancelled').kind).toBe('accept');
    expect(decide('held')).toMatchObject({
      refusal: { code: 'CONTROL_OVER', summary: expect.stringContaining('counts down') as string },
    });
    expect(decide('kept', over).kind).toBe('refuse');
    expect(decide('kept', hand('kept')).kind).toBe('refuse');
    expect(decide('kept', end('failed')).kind).toBe('refuse');
  });

  it('takes the word for a rollback as one not to wait', () => {
    expect(meant('rollback', told(...countingDown))).toBe('cancelled');
    expect(meant('rollback', after(hand('kept')))).toBe('rollback');
    expect(meant('kept', told(...countingDown))).toBe('kept');
  });

  it('is not there for who has cancelled just before', () => {
    const operation = told(...countingDown.slice(0, -1), hand('cancelled'), countingDown.at(-1)!);
    expect(openCountdown(operation)).toBeUndefined();
    expect(nextMoves(operation)).toEqual([{ kind: 'stop', name: 'shift' }]);
  });

  it('is written as the ledger reads it', () => {
    const [event] = timed([countingDown.at(-1)!]);
    expect(eventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });
});

describe('a trigger that was kept', () => {
  const users = { ...fired, source: 'users' as const };
  const handshakes = { ...fired, name: 'handshakeFailures' as const };

  it('takes nobody back at this share, wherever it was measured; others do', () => {
    expect(unkept([fired, users, handshakes], after(hand('kept')))).toEqual([handshakes]);
    expect(unkept([fired], told(...countingDown))).toEqual([fired]);
    expect(unkept([fired], after(over))).toEqual([fired]);
  });

  it('counts again after the next move', () => {
    const next = moved(100, [{ revision: candidate, percent: 100 }]);
    expect(unkept([fired, users], after(hand('kept'), next))).toEqual([fired, users]);
  });

  it('is named once', () => {
    expect(firedText([fired, users, { ...handshakes, fired: false }])).toBe('HTTP 5xx');
    expect(firedText([fired, handshakes])).toBe('HTTP 5xx and WebSocket handshakes that fail');
  });
});
