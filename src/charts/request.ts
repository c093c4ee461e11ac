import type { MonitorRound, Symptom } from '../domain/monitor/round.ts';
import { type Span, spans } from '../domain/monitor/span.ts';

/** A round, or a minute of them. */
export type ChartPoint = Pick<MonitorRound, 'at' | 'tallies' | 'http' | 'handshake'>;

/** Somebody, or slipway itself, moved users. Times in milliseconds since 1970. */
export interface ChartMark {
  readonly at: number;
  readonly kind: 'deploy' | 'rollback';
  /** `#42` */
  readonly label: string;
}

/** One firing. Times in milliseconds since 1970. */
export interface ChartFiring {
  readonly from: number;
  /** Absent: it goes on. */
  readonly to?: number | undefined;
}

export interface ChartRequest {
  readonly target: { readonly service: string; readonly environment: string };
  /** Whose share of failures is drawn. Absent: availability, which is what the worst symptom but journeys leaves. */
  readonly symptom?: Symptom | undefined;
  readonly span: Span;
  /** Oldest first. Those outside the span are left out. */
  readonly points: readonly ChartPoint[];
  /** Milliseconds from point to point: two that are further apart than 2.5 times this have a gap between them. */
  readonly everyMs: number;
  /** Milliseconds since 1970: the right edge. */
  readonly now: number;
  /** Share of failures above which it fires, 0 to 1. */
  readonly limit?: number | undefined;
  readonly marks?: readonly ChartMark[] | undefined;
  readonly firings?: readonly ChartFiring[] | undefined;
}

/** Left and right edge, milliseconds since 1970. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export function windowOf({ span, now }: Pick<ChartRequest, 'span' | 'now'>): Window {
  return { from: now - spans[span].ms, to: now };
}
