import type { IncomingHttpHeaders } from 'node:http';

export interface PageRequest {
  /** Without the part that names the way. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export type PageAction = 'trigger' | 'acknowledge' | 'resolve';

/** What one request meant. */
export interface Taken {
  readonly action: PageAction;
  /** What makes repeats one: PagerDuty's `dedup_key`, Opsgenie's `alias`, `dedupKey` of a webhook. */
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of a webhook: its `webhook-id`. */
  readonly id?: string;
}

export interface PageAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Absent: it was refused. */
  readonly taken?: Taken;
}

export type Receiver = (request: PageRequest) => PageAnswer;

/** @returns undefined when it is no JSON object */
export function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
