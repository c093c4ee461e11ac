import type { protos } from '@google-cloud/monitoring';

export interface Point {
  /** Milliseconds since 1970; equal for a gauge. */
  readonly start: number;
  readonly end: number;
  readonly value: protos.google.monitoring.v3.ITypedValue;
}

/** The points that have an end and a value; one without them tells nothing. */
export function pointsOf(series: protos.google.monitoring.v3.ITimeSeries): Point[] {
  return (series.points ?? []).flatMap(({ interval, value }) => {
    const end = instantOf(interval?.endTime);
    if (end === undefined || !value) return [];
    return [{ start: instantOf(interval?.startTime) ?? end, end, value }];
  });
}

/** A 64-bit number as Google's clients give it: a Long, a string or a number. */
type Numeric = number | string | { toString(): string } | null | undefined;

/** 0 for what is left out, as in proto3. @throws TypeError for what is no number. */
export function numberOf(value: Numeric): number {
  const number = Number(value === null || value === undefined ? 0 : value.toString());
  if (!Number.isFinite(number)) throw new TypeError('Expected a number from Google, got something else');
  return number;
}

/** Milliseconds since 1970. */
export function instantOf(time: protos.google.protobuf.ITimestamp | null | undefined): number | undefined {
  return time ? numberOf(time.seconds) * 1000 + numberOf(time.nanos) / 1e6 : undefined;
}
