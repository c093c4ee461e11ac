import type { CallRecord } from '../../src/sandbox/slack/types.ts';
import { announceLimit, announceWindowMs } from '../../src/queue/names.ts';
import { everyMs, type Seen, usual } from './storm.seen.ts';

/** In a channel: https://docs.slack.dev/apis/web-api/rate-limits/#posting-messages */
const messagesPerSecond = 1;
/** Tier 3, which chat.update is in: https://docs.slack.dev/apis/web-api/rate-limits/#tiers */
const updatesPerMinute = 50;

export interface Row {
  readonly what: string;
  readonly value: string;
  /** Absent: told as a number only. */
  readonly met?: boolean;
}

/** One line for each limit, and what is told as a number only. Pure. */
export function judge(seen: Seen): readonly Row[] {
  return [
    ...pagesIn(seen),
    ...digestIn(seen),
    ...threadsIn(seen),
    ...refusalsIn(seen),
    ...paceIn(seen),
    ...costIn(seen),
  ];
}

const rootsIn = ({ shown }: Seen) => shown.filter(({ type, isRoot }) => type === 'posted' && isRoot);
const threadsOf = (seen: Seen) => rootsIn(seen).filter(({ digestOf }) => digestOf === undefined);
const distinct = (names: readonly string[]) => new Set(names).size;
const share = (part: number, whole: number) => (whole === 0 ? Number.NaN : part / whole);

/** So much of the threads may have begun when the last page was taken: most of the time goes by after it. */
const begunAtLastPage = 0.25;

function pagesIn(seen: Seen): readonly Row[] {
  const { symptoms, pages } = seen;
  const keysOf = distinct(pages.map(({ key }) => key));
  const triggers = pages.filter(({ action }) => action === 'trigger').length;
  const last = Math.max(...pages.map(({ at }) => at));
  const threads = threadsOf(seen);
  const begun = threads.filter(({ at }) => at <= last).length;
  const ratio = pages.length < symptoms ? Number.NaN : share(begun, symptoms);
  return [
    {
      what: `pages: each of ${symptoms} taken once`,
      value: `${triggers} triggers of ${keysOf} alerts, ${pages.length} requests`,
      met: keysOf === symptoms && triggers === symptoms && pages.length === symptoms,
    },
    {
      what: `pages first: threads begun at the last page / all ≤ ${begunAtLastPage}`,
      value: `${ratio.toFixed(3)}  (${begun} threads)`,
      met: ratio <= begunAtLastPage,
    },
  ];
}

function digestIn(seen: Seen): readonly Row[] {
  const { symptoms, shown, times } = seen;
  const roots = rootsIn(seen);
  const digests = roots.filter(({ digestOf }) => digestOf !== undefined);
  const place = roots.findIndex(({ digestOf }) => digestOf !== undefined);
  const counts = shown.flatMap(({ digestOf }) => digestOf ?? []);
  // It is asked for by the first thread that finds others; what has been given out by then goes before it.
  const early = 2 * announceLimit(usual * times).max;
  return [
    { what: 'digests = 1', value: String(digests.length), met: digests.length === 1 },
    {
      what: `threads before the digest / two windows of the queue ≤ 1`,
      value: `${share(place, early).toFixed(3)}  (${place} threads)`,
      met: place >= 0 && place <= early,
    },
    {
      what: `the digest says ${symptoms} in the end`,
      value: `${counts.at(-1) ?? 0}, after ${counts.length} times`,
      met: counts.at(-1) === symptoms,
    },
  ];
}

/** Drawings that have nothing new to show, of all threads: they take the place of what others wait for. */
const mostInVain = 0.05;

function threadsIn(seen: Seen): readonly Row[] {
  const { symptoms, left } = seen;
  const owners = threadsOf(seen).map(({ owner }) => owner);
  const outOfOrder = backwards(seen) + overtaken(seen);
  return [
    {
      what: `threads: each of ${symptoms} begun once`,
      value: `${owners.length} roots of ${distinct(owners)} threads`,
      met: distinct(owners) === symptoms && owners.length === symptoms,
    },
    {
      what: `threads asked for once more with nothing new / all ≤ ${mostInVain}`,
      value: `${share(left, symptoms).toFixed(3)}  (${left} threads)`,
      met: share(left, symptoms) <= mostInVain,
    },
    { what: 'messages out of order = 0', value: String(outOfOrder), met: outOfOrder === 0 },
  ];
}

/** How often the digest told of fewer than before. */
function backwards({ shown }: Seen): number {
  const counts = shown.flatMap(({ digestOf }) => digestOf ?? []);
  return counts.filter((count, index) => count < (counts[index - 1] ?? 0)).length;
}

/** Threads that began after that of an alert that fired a round or more after theirs. */
function overtaken(seen: Seen): number {
  let newest = Number.NEGATIVE_INFINITY;
  return threadsOf(seen).filter(({ owner }) => {
    const firedAt = seen.fired.get(owner) ?? Number.NaN;
    const isOvertaken = firedAt <= newest - everyMs;
    newest = Math.max(newest, firedAt);
    return isOvertaken;
  }).length;
}

/** Of all calls: those of one window of the queue that a busy machine sent together with those of the next. */
const mostRefused = 0.01;
/** `Retry-After` is in whole seconds, and never 0. */
const leastQuietMs = 1_000;

function refusalsIn({ calls }: Seen): readonly Row[] {
  const refused = calls.filter(isRefused);
  const ratio = share(refused.length, calls.length);
  const again = refusedAgain(calls);
  const failed = calls.filter(({ ok }) => !ok).length - refused.length;
  return [
    {
      what: `calls that Slack refused (429) / all ≤ ${mostRefused}`,
      value: `${ratio.toFixed(3)}  (${refused.length} of ${calls.length})`,
      met: ratio <= mostRefused,
    },
    {
      what: 'calls refused again within two windows of the queue = 0',
      value: String(again),
      met: again === 0,
    },
    { what: 'calls that failed otherwise = 0', value: String(failed), met: failed === 0 },
  ];
}

const isRefused = ({ error }: CallRecord) => error === 'ratelimited';

/** Refused within two windows after another: a loop. Those on their way at once are one. */
function refusedAgain(calls: readonly CallRecord[]): number {
  const refused = calls.filter(isRefused).map(({ at }) => at);
  return refused.filter((at) =>
    refused.some((before) => at - before >= leastQuietMs && at - before < 2 * announceWindowMs),
  ).length;
}

/** Nearer than this slipway does not use what Slack allows; above it Slack refuses. */
const leastPace = 0.6;

function paceIn(seen: Seen): readonly Row[] {
  const { calls, times, shown } = seen;
  const posts = shown.filter(({ type }) => type === 'posted').map(({ at }) => at);
  const seconds = (Math.max(...posts) - Math.min(...posts)) / 1_000;
  const pace = share((posts.length - 1) / seconds, messagesPerSecond * times);
  const updates = calls.filter(({ method }) => method === 'chat.update').map(({ at }) => at);
  const busiest = share(busiestMinute(updates), updatesPerMinute * times);
  return [
    {
      what: `messages a second / what Slack allows, from ${leastPace} to 1`,
      value: `${pace.toFixed(3)}  (${posts.length} in ${seconds.toFixed(0)} s)`,
      met: pace >= leastPace && pace <= 1,
    },
    {
      what: 'updates in the busiest minute / what Slack allows ≤ 1',
      value: busiest.toFixed(3),
      met: busiest <= 1,
    },
  ];
}

/** The most of these times within any 60 s. */
function busiestMinute(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

function costIn({ cost, fired, pages }: Seen): readonly Row[] {
  const { tookMs, cpuMs, lateMs, latestMs, megabytes } = cost;
  const first = Math.min(...fired.values());
  const after = (times: readonly number[]) => `${((Math.max(...times) - first) / 1_000).toFixed(1)} s`;
  return [
    {
      what: 'on this machine: from the first firing to the last one, to the last page',
      value: `${after([...fired.values()])}, ${after(pages.map(({ at }) => at))}`,
    },
    {
      what: 'the worker',
      value: `${(100 * share(cpuMs, tookMs)).toFixed(0)} % of a core, ${megabytes.toFixed(0)} MB; its event loop: 99 % ${lateMs.toFixed(0)} ms late, at most ${latestMs.toFixed(0)} ms`,
    },
  ];
}
