import type { WebClient } from '@slack/web-api';
import type { ChartFiring, ChartMark, ChartPoint } from '../charts/request.ts';
import { beginsLate } from '../charts/series.ts';
import { timeOf } from '../charts/time-axis.ts';
import { minuteMs } from '../domain/monitor/minute.ts';
import type { MonitorRound, Symptom } from '../domain/monitor/round.ts';
import { type Span, spans } from '../domain/monitor/span.ts';
import { summaryOf } from '../domain/monitor/summary.ts';
import { type Operation, partOf } from '../domain/operation.ts';
import { duration } from './messages/mrkdwn.ts';
import type { ChartView } from './messages/picture.ts';
import { uploadPicture } from './upload.ts';

interface TargetName {
  readonly service: string;
  readonly environment: string;
}

export interface ChartSources {
  readonly client: WebClient;
  readonly series: {
    /** Rounds from a time on, milliseconds since 1970, oldest first. */
    since(target: TargetName, fromMs: number): Promise<readonly MonitorRound[]>;
    /** Minutes between two times, oldest first. */
    minutes(target: TargetName, fromMs: number, toMs: number): Promise<readonly MonitorRound[]>;
  };
  /** Milliseconds from round to round in an environment. */
  readonly everyMs: (environment: string) => number;
}

export interface ChartWish {
  readonly target: TargetName;
  readonly span: Span;
  /** The right edge, milliseconds since 1970. */
  readonly at: number;
  /** Whose failures are drawn. Absent: availability. */
  readonly symptom?: Symptom;
  /** Share of failures above which it fires, 0 to 1. */
  readonly limit?: number;
  readonly marks?: readonly ChartMark[];
  readonly firings?: readonly ChartFiring[];
}

/**
 * What was measured of a target in a while, in words and as a picture that Slack has. Never without words: where
 * nothing was measured, or where Slack takes no picture, they say all there is. @throws what the ledger throws
 */
export async function makeChart(wish: ChartWish, sources: ChartSources): Promise<ChartView> {
  const { target, span, at } = wish;
  const points = await pointsOf(wish, sources);
  const everyMs = span === '1h' ? sources.everyMs(target.environment) : minuteMs;
  const drawn = { ...wish, points, everyMs, now: at };
  const words = chartWords(drawn);
  if (summaryOf(points).samples === 0) return { words };
  // Drawing is native code: who draws nothing does not load it.
  const { availabilityChart } = await import('../charts/availability.ts');
  const title = `${target.service} in ${target.environment}, ${words}`;
  const png = await availabilityChart(drawn);
  const done = await uploadPicture({ client: sources.client, png, title, alt: title });
  return done.kind === 'uploaded' ? { words, fileId: done.file } : { words };
}

async function pointsOf(
  { target, span, at }: ChartWish,
  { series }: Pick<ChartSources, 'series'>,
): Promise<readonly MonitorRound[]> {
  const from = at - spans[span].ms;
  // A day of rounds is more than there are columns in a picture.
  if (span !== '1h') return series.minutes(target, from, at);
  return (await series.since(target, from)).filter((round) => round.at <= at);
}

interface Drawn extends ChartWish {
  readonly points: readonly (MonitorRound & ChartPoint)[];
  readonly everyMs: number;
  readonly now: number;
}

/** `last 24 h: 99.2 % of 720 samples available, HTTP p95 48 ms; no data before 08:02 UTC` */
function chartWords(drawn: Drawn): string {
  const { availability, samples, http, handshake } = summaryOf(drawn.points);
  const { title } = spans[drawn.span];
  if (availability === undefined) return `${title}: nothing was measured`;
  const first = beginsLate(drawn);
  const measured = [
    // Cut and not rounded: 99.99 % is not all.
    `${Math.floor(availability * 10_000) / 100} % of ${samples} samples available`,
    ...(http === undefined ? [] : [`HTTP p95 ${duration(http.p95)}`]),
    ...(handshake === undefined ? [] : [`handshake p95 ${duration(handshake.p95)}`]),
  ].join(', ');
  const since = first === undefined ? '' : `; no data before ${timeOf(first, drawn.at)} UTC`;
  return `${title}: ${measured}${since}`;
}

/** When users of a service were moved, forth and back, by these operations. */
export function marksOf(operations: readonly Operation[], service: string): readonly ChartMark[] {
  return operations.flatMap((operation) => {
    const { request, outcome, finishedAt } = operation;
    const moved = partOf(operation, service)?.moves[0]?.at;
    if ((request.kind !== 'deploy' && request.kind !== 'rollback') || moved === undefined) return [];
    const label = `#${request.number}`;
    const back = outcome === 'rolled-back' && finishedAt !== undefined;
    return [
      { at: moved, kind: request.kind, label },
      ...(back ? [{ at: finishedAt, kind: 'rollback' as const, label }] : []),
    ];
  });
}
