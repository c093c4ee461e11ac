import type { Span } from '../domain/monitor/span.ts';
import { type Window, windowOf } from './request.ts';

const minute = 60_000;
const hour = 60 * minute;

/** So far apart that seven labels have room at Slack's width. */
const steps: Record<Span, number> = { '1h': 10 * minute, '24h': 4 * hour, '7d': 24 * hour };

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Round times in UTC; midnight is told as its day. */
export function ticksOf(request: { readonly span: Span; readonly now: number }): readonly Tick[] {
  const { from, to } = windowOf(request);
  const step = steps[request.span];
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => {
    const value = first + index * step;
    return { value, label: (value % (24 * hour) === 0 ? day : clock).format(value) };
  });
}

/** `21 Nov 12:34 UTC` */
export function momentOf({ to }: Window): string {
  return `${day.format(to)} ${clock.format(to)} UTC`;
}

/** `12:34`, or `20 Nov 12:34` of another day than that of `now`. */
export function timeOf(at: number, now: number): string {
  return day.format(at) === day.format(now) ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}
