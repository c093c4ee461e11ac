import { invalidArgument } from './errors.ts';

/** Shapes that all four APIs share, as proto-loader decodes them: 64-bit numbers as strings, enums by name. */
export interface Timestamp {
  readonly seconds: string;
  readonly nanos: number;
}

export interface Duration {
  readonly seconds: string;
  readonly nanos: number;
}

/** A message that becomes a google.protobuf.Any: protobufjs packs it by the type named in `@type`. */
export interface Packed {
  readonly '@type': string;
  readonly [field: string]: unknown;
}

export const pack = (type: string, message: object): Packed => ({
  '@type': `type.googleapis.com/${type}`,
  ...message,
});

export function timestamp(milliseconds: number): Timestamp {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: String(seconds), nanos: Math.round((milliseconds - seconds * 1000) * 1e6) };
}

/** Milliseconds since 1970. */
export const instant = ({ seconds, nanos }: Timestamp): number => Number(seconds) * 1000 + nanos / 1e6;

export const milliseconds = (duration: Duration): number =>
  Number(duration.seconds) * 1000 + duration.nanos / 1e6;

/** One page of a list; the token is the offset of the next item, opaque to the client. */
export function page<T>(
  items: readonly T[],
  request: { readonly pageSize: number; readonly pageToken: string },
): { items: T[]; nextPageToken: string } {
  const start = request.pageToken ? Number(Buffer.from(request.pageToken, 'base64url').toString()) : 0;
  if (!Number.isSafeInteger(start) || start < 0) throw invalidArgument('Invalid page token.');
  const end = start + (request.pageSize || 100);
  const nextPageToken = end < items.length ? Buffer.from(String(end)).toString('base64url') : '';
  return { items: items.slice(start, end), nextPageToken };
}
