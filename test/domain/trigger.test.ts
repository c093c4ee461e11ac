import { describe, expect, it } from 'vitest';
import { splitWith } from '../../src/domain/split.ts';
import { judgeTriggers, type Round, tooHigh, triggerText } from '../../src/domain/trigger.ts';

const round = (samples: number, failures: number): Round => ({ samples, failures });
const times = (count: number, one: Round): readonly Round[] => Array.from({ length: count }, () => one);
const limits = { serverErrors: 0.2, handshakeFailures: 0.1 };

describe('a rate that is looked at again and again', () => {
  it.each([
    ['an outage, at the third round', times(3, round(10, 10)), true],
    ['an outage, at the second round', times(2, round(10, 10)), false],
    ['one bad round', [...times(11, round(10, 0)), round(10, 10)], false],
    ['three bad rounds that are over', [...times(3, round(10, 5)), ...times(3, round(10, 0))], false],
    ['30 % for a while', times(8, round(10, 3)), true],
    ['exactly the limit', times(12, round(10, 1)), false],
    ['four failures of four, each alone in its round', times(4, round(1, 1)), false],
    ['nothing', [], false],
    ['rounds without samples', times(12, round(0, 0)), false],
    ['what is older than the window', [...times(12, round(10, 10)), ...times(12, round(10, 0))], false],
  ])('%s: %#', (_name, rounds, expected) => {
    expect(tooHigh(rounds, 0.1)).toBe(expected);
  });

  it('seldom fires by accident: at a true 5 % less than once in 10 hours of rounds each 3 s', () => {
    let state = 42;
    // Mulberry32: the same numbers each time.
    const random = () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    };
    const rounds: Round[] = [];
    let fired = 0;
    for (let index = 0; index < 12_000; index += 1) {
      rounds.push(round(10, Array.from({ length: 10 }, random).filter((value) => value < 0.05).length));
      if (tooHigh(rounds.slice(-12), 0.1)) fired += 1;
    }
    expect(fired).toBeLessThanOrEqual(1);
  });
});

describe('triggers', () => {
  const calm = {
    share: 1,
    http: [times(5, round(20, 0))],
    handshakes: times(5, round(10, 0)),
    stableErrors: 0,
  };
  const fired = (watched: Parameters<typeof judgeTriggers>[0]) =>
    judgeTriggers(watched, limits)
      .filter((trigger) => trigger.fired)
      .map(({ name, source }) => `${name} ${source}`);

  it('do not fire while all is well', () => {
    expect(fired(calm)).toEqual([]);
  });

  it('know since when they are above the limit, among the looks that count', () => {
    const looks = (...failures: readonly number[]) =>
      failures.map((bad, index) => ({ samples: 20, failures: bad, at: 1_000 + index }));
    const sinceOf = (...failures: readonly number[]) =>
      judgeTriggers({ ...calm, http: [looks(...failures)] }, limits)[0]?.since;
    expect(sinceOf(0, 1, 20, 20, 20)).toBe(1_002);
    expect(sinceOf(20, 20)).toBeUndefined();
    // One bad look that is older than the twelve has not made it fire.
    expect(sinceOf(20, ...Array.from({ length: 11 }, () => 0), 20, 20, 20, 20)).toBe(1_012);
  });

  it('see a candidate that has few of the users', () => {
    // At 10 % of the users an outage of the candidate is 10 % of all answers.
    const http = [times(4, round(100, 10))];
    expect(fired({ ...calm, share: 0.1, http })).toEqual(['serverErrors probes']);
    expect(judgeTriggers({ ...calm, share: 0.1, http }, limits)[0]?.value).toBeCloseTo(1);
  });

  it('do not blame the candidate for what the stable revision did before', () => {
    expect(fired({ ...calm, http: [times(5, round(20, 3))], stableErrors: 0.15 })).toEqual([]);
  });

  it('see one path that fails alone', () => {
    expect(fired({ ...calm, http: [times(6, round(20, 0)), times(6, round(20, 9))] })).toEqual([
      'serverErrors probes',
    ]);
  });

  it('see handshakes that fail', () => {
    expect(fired({ ...calm, handshakes: times(4, round(10, 4)) })).toEqual(['handshakeFailures probes']);
  });

  it('tell of several paths the one that fired, though another one looks worse', () => {
    const lately = [...times(7, round(20, 0)), ...times(5, round(20, 20))];
    const before = [...times(11, round(20, 20)), round(20, 0)];
    expect(fired({ ...calm, http: [before, lately] })).toEqual(['serverErrors probes']);
  });

  it('leave alone a candidate that is as bad as the stable revision', () => {
    const users = { candidate: round(1_000, 450), stable: round(1_000, 300) };
    expect(fired({ ...calm, users })).toEqual([]);
  });

  it('see what users met, once Cloud Run tells it', () => {
    const users = { candidate: round(100, 40), stable: round(900, 9) };
    expect(fired({ ...calm, users })).toEqual(['serverErrors users']);
    expect(fired({ ...calm, users: { ...users, candidate: round(4, 4) } })).toEqual([]);
  });

  it('say what was measured', () => {
    expect(judgeTriggers(calm, limits).map(triggerText)).toEqual([
      'HTTP 5xx: 0 % (limit 20 %, 100 samples)',
      'WebSocket handshakes that fail: 0 % (limit 10 %, 50 samples)',
    ]);
  });
});

describe('a split', () => {
  it.each([
    [[{ revision: 'a', percent: 100 }], 10, { new: 10, a: 90 }],
    [[{ revision: 'a', percent: 100 }], 100, { new: 100 }],
    [[], 10, { new: 100 }],
    [
      [
        { revision: 'a', percent: 70 },
        { revision: 'b', percent: 30 },
      ],
      50,
      { new: 50, a: 35, b: 15 },
    ],
    [
      [
        { revision: 'a', percent: 34 },
        { revision: 'b', percent: 33 },
        { revision: 'c', percent: 33 },
      ],
      1,
      { new: 1, a: 35, b: 32, c: 32 },
    ],
    [
      [
        { revision: 'new', percent: 10 },
        { revision: 'a', percent: 90 },
      ],
      50,
      { new: 50, a: 50 },
    ],
    [
      [
        { revision: 'a', percent: 99 },
        { revision: 'b', percent: 1 },
      ],
      90,
      { new: 90, a: 10 },
    ],
  ])('of %j with %d %% for another', (before, percent, expected) => {
    const split = splitWith(before, 'new', percent);
    expect(Object.fromEntries(split.map((entry) => [entry.revision, entry.percent]))).toEqual(expected);
    expect(split.reduce((sum, entry) => sum + entry.percent, 0)).toBe(100);
  });
});
