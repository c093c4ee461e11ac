import { describe, expect, it } from 'vitest';
import { decideLock, decideUnlock, type LockEvent, lockOf, pastLock } from '../../src/domain/lock.ts';
import { parseMention } from '../../src/domain/mention.ts';

const at = 1_767_607_200_000;
const locked: LockEvent = {
  type: 'locked',
  at,
  by: 'U1',
  byName: 'reviewer',
  reason: 'load test',
  until: at + 100,
};
const unlocked: LockEvent = { type: 'unlocked', at: at + 50, by: 'U2', byName: 'operator' };
const again: LockEvent = { ...locked, at: at + 60, until: at + 1_000 };
const held = lockOf([locked], at)!;

describe('a lock', () => {
  it.each([
    ['was never set', [], at, undefined],
    ['is set', [locked], at, at],
    ['is about to end', [locked], at + 99, at],
    ['has run out', [locked], at + 100, undefined],
    ['was lifted', [locked, unlocked], at + 60, undefined],
    ['was set again', [locked, unlocked, again], at + 500, at + 60],
    ['was set anew without being lifted', [locked, again], at + 500, at + 60],
  ] as const)('that %s', (...[, events, now, since]) => {
    expect(lockOf(events, now)?.at).toBe(since);
  });

  const wish = { by: 'U1', byName: 'reviewer', reason: 'longer', lastsMs: 500, at: at + 10 };
  it.each([
    ['of nobody', undefined, wish, 'accept'],
    ['of oneself is set anew', held, wish, 'accept'],
    ['of somebody else stays', held, { ...wish, by: 'U2' }, 'refuse'],
  ] as const)('%s', (...[, before, asked, kind]) => {
    const decision = decideLock(before, asked);
    expect(decision.kind).toBe(kind);
    if (decision.kind === 'accept')
      expect(decision.event).toMatchObject({ reason: 'longer', until: at + 510 });
    else expect(decision.refusal).toMatchObject({ code: 'LOCKED' });
  });

  const unlock = { environment: 'staging', by: 'U2', byName: 'operator', at: at + 10 };
  it.each([
    ['that holds', held, {}, 'accept'],
    ['that the button was drawn for', held, { lockedAt: at }, 'accept'],
    ['that is there no more', undefined, { lockedAt: at }, 'refuse'],
    ['that came after the one of the button', held, { lockedAt: at - 1 }, 'refuse'],
  ] as const)('%s is unlocked, or it is said why not', (...[, before, more, kind]) => {
    const decision = decideUnlock(before, { ...unlock, ...more });
    expect(decision.kind).toBe(kind);
    if (decision.kind === 'refuse') expect(decision.refusal.code).toBe('NOT_LOCKED');
  });
});

describe('what became of a lock', () => {
  const locked = (when: number, byName = 'reviewer'): LockEvent => ({
    type: 'locked',
    at: when,
    by: byName,
    byName,
    reason: 'load test',
    until: when + 100,
  });
  const unlocked = (when: number): LockEvent => ({
    type: 'unlocked',
    at: when,
    by: 'U1',
    byName: 'operator',
  });

  it.each<[string, readonly LockEvent[], number, unknown]>([
    ['it holds', [locked(1)], 100, undefined],
    ['it has run out', [locked(1)], 101, { kind: 'expired' }],
    ['somebody unlocked', [locked(1), unlocked(50)], 51, { kind: 'unlocked', byName: 'operator' }],
    ['another one was set', [locked(1), locked(50)], 51, { kind: 'replaced', byName: 'reviewer' }],
    ['another one was set after it had run out', [locked(1), locked(101)], 102, { kind: 'expired' }],
    [
      'it was unlocked, then set again',
      [locked(1), unlocked(2), locked(3)],
      4,
      { kind: 'unlocked', byName: 'operator' },
    ],
  ])('%s', (...[, events, now, end]) => {
    expect(pastLock(events, 1, now)).toMatchObject({ lock: { at: 1, until: 101 }, end });
  });

  it('that was never set is not known', () => {
    expect(pastLock([locked(1)], 2, 3)).toBeUndefined();
    expect(pastLock([], 1, 3)).toBeUndefined();
  });
});

it.each([
  ['<@U0SLIPWAY> hold', 'held'],
  ['<@U0SLIPWAY> HOLD ', 'held'],
  ['hold <@U0SLIPWAY>', 'held'],
  ['<@U0SLIPWAY> resume', 'resumed'],
  ['<@U0SLIPWAY> promote', 'promoted'],
  ['<@U0SLIPWAY> cancel', 'cancelled'],
  ['<@U0SLIPWAY> rollback', 'rollback'],
  ['<@U0SLIPWAY> roll back', 'rollback'],
  ['<@U0SLIPWAY> retry', 'retry'],
  ['<@U0SLIPWAY> keep', 'kept'],
  ['<@U0SLIPWAY> help', 'help'],
  ['<@U0SLIPWAY>', 'help'],
  ['<@U0SLIPWAY> do not cancel', 'help'],
  ['<@U0SLIPWAY> cancel not', 'help'],
  ['<@U0SLIPWAY> rollback auth', 'help'],
  ['<@U0SLIPWAY> constructor', 'help'],
])('the mention %j asks for %s', (text, control) => {
  expect(parseMention(text)).toBe(control);
});
