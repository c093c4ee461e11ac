import { timestamp, type Duration } from '../wire.ts';

export const SEVERITIES = {
  DEFAULT: 0,
  DEBUG: 100,
  INFO: 200,
  NOTICE: 300,
  WARNING: 400,
  ERROR: 500,
  CRITICAL: 600,
  ALERT: 700,
  EMERGENCY: 800,
} as const;
export type Severity = keyof typeof SEVERITIES;

export interface HttpRequestLog {
  readonly requestMethod: string;
  readonly requestUrl: string;
  readonly status: number;
  readonly latency: Duration;
  readonly userAgent: string;
  readonly protocol: string;
}

export interface LogLine {
  readonly logName: string;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly labels?: Readonly<Record<string, string>>;
  readonly severity?: Severity;
  readonly textPayload?: string;
  readonly httpRequest?: HttpRequestLog;
}

export interface LogEntry extends LogLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: Severity;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly insertId: string;
}

// A load test writes a request log line for every request: the oldest go, as retention would do.
const KEPT = 20_000;

/** All log entries of all projects, oldest first. */
export class LogStore {
  readonly #lag: number;
  #entries: LogEntry[] = [];
  #written = 0;

  /** `lag`: milliseconds from writing an entry until a query can find it. */
  constructor(lag: number) {
    this.#lag = lag;
  }

  write(line: LogLine): void {
    this.#written += 1;
    const insertId = this.#written.toString(36).padStart(10, '0');
    this.#entries.push({ labels: {}, severity: 'DEFAULT', ...line, at: Date.now(), insertId });
    if (this.#entries.length > KEPT * 1.5) this.#entries = this.#entries.slice(-KEPT);
  }

  /** What has been ingested by now. */
  visible(): readonly LogEntry[] {
    const until = Date.now() - this.#lag;
    return this.#entries.filter((entry) => entry.at <= until);
  }
}

export function toWire(entry: LogEntry): object {
  const { at, ...rest } = entry;
  return { ...rest, timestamp: timestamp(at), receiveTimestamp: timestamp(at) };
}
