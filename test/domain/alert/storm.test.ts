import { describe, expect, it } from 'vitest';
import { snoozeUntil } from '../../../src/domain/alert/snooze.ts';
import { changesStorm, shownStorm, stormOf } from '../../../src/domain/alert/storm.ts';
import { parseAlertMention, parseMention } from '../../../src/domain/mention.ts';
import { began } from '../../support/operations.ts';

const minute = 60_000;
const firings = (count: number, apartMs: number, from = began) =>
  Array.from({ length: count }, (_, index) => ({
    key: `staging/s${from === began ? '' : 'later'}${index}/timeouts`,
    firedAt: from + index * apartMs,
    phase: 'firing' as const,
    dryRun: false,
  }));

describe('a storm', () => {
  it('begins with the sixth alert within a minute, and holds them all', () => {
    expect(stormOf(undefined, firings(5, 1_000))).toBeUndefined();
    expect(stormOf(undefined, firings(6, 12_001))).toBeUndefined();
    const storm = stormOf(undefined, firings(6, 12_000).toReversed());
    expect(storm).toMatchObject({ began, last: began + 60_000 });
    expect(Object.keys(storm?.members ?? {})).toHaveLength(6);
  });

  it('takes in what comes within ten minutes of its last, under the same name', () => {
    const storm = stormOf(undefined, firings(6, 1_000));
    const late = firings(1, 0, began + 9 * minute);
    expect(stormOf(storm, late)).toMatchObject({ began, last: began + 9 * minute });
    expect(stormOf(storm, firings(6, 1_000))).toBe(storm);
    expect(stormOf(storm, firings(2, 0, began + 20 * minute))).toBe(storm);
  });

  it('keeps what is over, and is followed by another one', () => {
    const storm = stormOf(undefined, firings(6, 1_000));
    expect(stormOf(storm, [])).toBe(storm);
    const next = stormOf(storm, [...firings(6, 1_000), ...firings(7, 1_000, began + 60 * minute)]);
    expect(next?.began).toBe(began + 60 * minute);
    expect(Object.keys(next?.members ?? {})).toHaveLength(7);
  });

  it('is drawn again when one of its alerts stands otherwise', () => {
    const storm = stormOf(undefined, firings(6, 1_000))!;
    const [first] = firings(6, 1_000);
    const resolved = { ...first!, phase: 'resolved' as const };
    expect(changesStorm(storm, first!)).toBe(false);
    expect(changesStorm(storm, resolved)).toBe(true);
    expect(changesStorm(shownStorm(storm, [resolved]), resolved)).toBe(false);
    expect(changesStorm(undefined, resolved)).toBe(false);
  });
});

it.each([
  ['30m', began + 30 * minute],
  ['7d', began + 7 * 1_440 * minute],
  ['tomorrow', Date.UTC(2026, 0, 6, 9)],
  ['8d', undefined],
  ['10s', undefined],
  ['soon', undefined],
  ['', undefined],
])('a snooze of %j ends at %s', (word, until) => {
  expect(snoozeUntil(word, began)).toBe(until);
});

it('the words of an alert are not those of an operation', () => {
  expect(parseAlertMention('<@U0SLIPWAY> Roll back')).toEqual({ hand: 'rollback' });
  expect(parseAlertMention('snooze 1h')).toEqual({ hand: 'snooze', time: '1h' });
  expect(parseAlertMention('acknowledge')).toEqual({ hand: 'ack' });
  for (const text of ['', 'hold', 'snooze', 'checks 1h', 'snooze 1h please', 'constructor'])
    expect(parseAlertMention(text)).toBe('help');
  expect(parseMention('roll back')).toBe('rollback');
  expect(parseMention('ack')).toBe('help');
});
