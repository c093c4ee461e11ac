import { describe, expect, it } from 'vitest';
import { judge } from './storm.judge.ts';
import { everyMs, type Seen, type Shown } from './storm.seen.ts';

const symptoms = 40;
const owners = Array.from(
  { length: symptoms },
  (_, index) => `alert:staging/service-${index}/serverErrors#1`,
);
const root = (owner: string, at: number): Shown => ({ type: 'posted', at, owner, isRoot: true });
/** Slack's own pace, with the windows of the queue: four in five seconds. */
const at = (index: number) => Math.floor(index / 4) * 5_000;
const digest = (type: Shown['type'], when: number, digestOf: number): Shown => ({
  ...root('storm:staging#0', when),
  type,
  digestOf,
});
const post = (when: number, error?: string) => ({
  method: 'chat.postMessage',
  at: when,
  ok: error === undefined,
  ...(error === undefined ? {} : { error }),
});

/** All as it should be. */
const good: Seen = {
  symptoms,
  times: 1,
  shown: [
    ...owners.slice(0, 2).map((owner, index) => root(owner, at(index))),
    digest('posted', at(2), 30),
    ...owners.slice(2).map((owner, index) => root(owner, at(index + 3))),
    digest('updated', at(symptoms + 1), symptoms),
  ],
  pages: owners.map((key) => ({ action: 'trigger', key, at: 4_000 })),
  calls: owners.map((_, index) => post(at(index))),
  left: 0,
  fired: new Map(owners.map((owner) => [owner, 0])),
  cost: { tookMs: 60_000, cpuMs: 6_000, lateMs: 1, latestMs: 2, megabytes: 100 },
};

const missed = (seen: Seen) =>
  judge(seen).flatMap(({ what, met }) => (met === false ? [what.split(/ = | ≤ |, | \/ |:/u)[0]] : []));
const posted = good.shown.slice(0, 2);
const refusedAt = (...places: readonly number[]) =>
  good.calls.map((call, index) => (places.includes(index) ? post(call.at, 'ratelimited') : call));

describe('the limits of the benchmark of an outage', () => {
  it('are met by an outage that is told as it should be; what this machine took is told as a number only', () => {
    expect(missed(good)).toEqual([]);
    expect(judge(good).filter(({ met }) => met === undefined)).toHaveLength(2);
  });

  it.each<[string, Partial<Seen>, readonly string[]]>([
    ['one was paged twice', { pages: [...good.pages, good.pages[0]!] }, ['pages']],
    ['one was paged twice and another not', { pages: [...good.pages.slice(1), good.pages[1]!] }, ['pages']],
    ['one was not paged', { pages: good.pages.slice(1) }, ['pages', 'pages first']],
    [
      'the last page came after a third of the threads',
      { pages: good.pages.map((page, index) => ({ ...page, at: index === 0 ? at(15) : page.at })) },
      ['pages first'],
    ],
    [
      'there were two digests',
      { shown: [...good.shown, { ...digest('posted', at(42), symptoms), owner: 'storm:staging#1' }] },
      ['digests'],
    ],
    [
      'the digest told of fewer in the end',
      { shown: good.shown.slice(0, -1) },
      ['the digest says 40 in the end'],
    ],
    [
      'the digest told of fewer in between',
      { shown: [...good.shown.slice(0, -1), digest('updated', at(40), 20), ...good.shown.slice(-1)] },
      ['messages out of order'],
    ],
    [
      'the digest came in the middle',
      {
        shown: [
          ...good.shown.filter(({ digestOf }) => digestOf === undefined).slice(0, 9),
          digest('posted', at(9), symptoms),
          ...good.shown.filter(({ digestOf }) => digestOf === undefined).slice(9),
        ],
      },
      ['threads before the digest'],
    ],
    ['a thread was begun twice', { shown: [...good.shown, root(owners[3]!, at(42))] }, ['threads']],
    ['a thread was not begun', { shown: good.shown.filter(({ owner }) => owner !== owners[9]) }, ['threads']],
    [
      'a thread was passed by that of a later round',
      { fired: new Map([...good.fired, [posted[0]!.owner, everyMs]]) },
      ['messages out of order'],
    ],
    [
      'all threads are asked for once more',
      { left: symptoms },
      ['threads asked for once more with nothing new'],
    ],
    ['Slack refused a call of forty', { calls: refusedAt(7) }, ['calls that Slack refused (429)']],
    ['Slack refused two at once', { calls: refusedAt(6, 7) }, ['calls that Slack refused (429)']],
    [
      'Slack refused one, and one of the next window',
      { calls: refusedAt(7, 9) },
      ['calls that Slack refused (429)', 'calls refused again within two windows of the queue'],
    ],
    [
      'a call failed otherwise',
      { calls: [...good.calls, post(at(41), 'invalid_blocks')] },
      ['calls that failed otherwise'],
    ],
    [
      'messages came at half the pace',
      { shown: good.shown.map((each) => ({ ...each, at: 2 * each.at })) },
      ['messages a second'],
    ],
    [
      'more was changed than Slack allows',
      { calls: Array.from({ length: 51 }, () => ({ ...post(0), method: 'chat.update' })) },
      ['updates in the busiest minute'],
    ],
  ])('are missed where %s', (_, change, lines) => {
    expect(missed({ ...good, ...change })).toEqual(lines);
  });
});
