import { expect, it } from 'vitest';
import { freezesAt } from '../../src/gates/freezes.ts';

const weekend = { cron: '0 16 * * 5', lastsMs: 64 * 3_600_000, zone: 'Europe/Berlin', reason: 'weekend' };

it.each([
  ['before it', '2026-01-09T14:59:59.999Z', undefined],
  ['at its beginning', '2026-01-09T15:00:00.000Z', '2026-01-12T07:00:00.000Z'],
  ['within it', '2026-01-11T12:00:00.500Z', '2026-01-12T07:00:00.000Z'],
  ['just before its end', '2026-01-12T06:59:59.999Z', '2026-01-12T07:00:00.000Z'],
  ['at its end', '2026-01-12T07:00:00.000Z', undefined],
  // In summer 16:00 in Berlin is 14:00 UTC.
  ['in summer', '2026-07-03T14:00:00.000Z', '2026-07-06T06:00:00.000Z'],
  ['in summer, too early', '2026-07-03T13:59:59.000Z', undefined],
])('a freeze is asked about %s', (_, now, until) => {
  const expected = until === undefined ? [] : [{ reason: 'weekend', until: Date.parse(until) }];
  expect(freezesAt([weekend], Date.parse(now))).toEqual(expected);
});

it('each rule that is on is told', () => {
  const always = { ...weekend, cron: '* * * * *', lastsMs: 120_000, reason: 'always' };
  expect(freezesAt([always, weekend], Date.parse('2026-01-10T00:00:30Z'))).toHaveLength(2);
  expect(freezesAt([], 0)).toEqual([]);
});

it.each(['23:59:59.000', '23:59:59.001', '23:59:59.999'])(
  'one that begins again at midnight is on at %s',
  (time) => {
    const always = { ...weekend, cron: '* * * * *', lastsMs: 600_000, reason: 'always' };
    const until = Date.parse('2026-01-11T00:09:00Z');
    expect(freezesAt([always], Date.parse(`2026-01-10T${time}Z`))).toEqual([{ reason: 'always', until }]);
  },
);
