import { randomBytes } from 'node:crypto';
import { isProberFault, type Seen } from '../domain/diagnosis/diagnose.ts';
import type { CheckResult } from '../domain/validation/result.ts';
import type { Evidence, Phases } from '../domain/validation/evidence.ts';
import type { MetricName, WebSocketCheckPlan } from '../domain/validation/plan.ts';
import type { Connection, Connector, Ending } from './context.ts';
import { Slots } from './pace.ts';
import { Endpoint } from './websocket/endpoint.ts';

const measuredAtOnce = 4;
const patienceMs = 250;

/** What all checks of one validation share. */
export class Run {
  readonly connector: Connector;
  readonly signal: AbortSignal;
  readonly id = randomBytes(4).toString('hex');
  /** Bursts one after the other: side by side they would wait for the prober's own CPU. */
  readonly bursts = new Slots(1);
  /** Few latencies are measured at a time, but a mute endpoint does not keep the others waiting. */
  readonly gently = new Slots(measuredAtOnce, patienceMs);
  private readonly progress: (check: string, text: string) => void;
  private readonly measuring: Promise<unknown>[] = [];
  private readonly endpoints = new Map<WebSocketCheckPlan, Endpoint>();
  private connections = 0;

  constructor(options: {
    connector: Connector;
    signal: AbortSignal;
    progress: (check: string, text: string) => void;
  }) {
    this.connector = options.connector;
    this.signal = options.signal;
    this.progress = options.progress;
  }

  say(check: string, text: string): void {
    this.progress(check, text);
  }

  /** A latency is measured until this settles: bursts wait for it. */
  quietly<T>(measurement: Promise<T>): Promise<T> {
    this.measuring.push(measurement.catch(() => undefined));
    return measurement;
  }

  /** Resolves when no latency is being measured. */
  async quiet(): Promise<void> {
    await Promise.all(this.measuring);
  }

  /** What the checks of this plan share. */
  endpoint(plan: WebSocketCheckPlan): Endpoint {
    const known = this.endpoints.get(plan);
    if (known !== undefined) return known;
    const made = new Endpoint(plan, this.connector);
    this.endpoints.set(plan, made);
    return made;
  }

  /** Unique in this run. */
  nextConnection(): number {
    this.connections += 1;
    return this.connections;
  }
}

/** What a check found: its line of the report without the diagnoses, and what these are made from. */
export interface Finding {
  readonly result: Omit<CheckResult, 'diagnoses'>;
  readonly failures: readonly Seen[];
  readonly metrics?: Partial<Record<MetricName, readonly number[]>>;
}

/** Counts failures by kind and keeps the first evidence of each: thousands may fail alike. */
export class Failures {
  private readonly kinds = new Map<string, { evidence: Evidence; times: number }>();
  /** Failures of the service. */
  count = 0;
  /** Failures that say nothing of the service. */
  faults = 0;

  add(evidence: Evidence): void {
    if (isProberFault(evidence)) this.faults += 1;
    else this.count += 1;
    const { phase, status, error, closeCode, closeReason, open } = evidence;
    const key = [phase, status, error, closeCode, closeReason?.slice(0, 40), open !== undefined].join('|');
    const known = this.kinds.get(key);
    if (known !== undefined) known.times += 1;
    else if (this.kinds.size < 50) this.kinds.set(key, { evidence, times: 1 });
  }

  get seen(): readonly Seen[] {
    return [...this.kinds.values()];
  }
}

/** What is known of an open connection that was cut. */
export function cutEvidence(connection: Connection, ending: Ending): Evidence {
  const { closeCode, closeReason, tcp, error, message, ageMs } = ending;
  return {
    phase: 'open',
    url: connection.url,
    closeCode,
    ...(closeReason === '' ? {} : { closeReason }),
    ...(tcp === undefined ? {} : { tcp }),
    ...(error === undefined ? {} : { error }),
    ...(message === undefined ? {} : { message }),
    ageMs,
    phases: connection.phases,
  };
}

/** The median of each phase. */
export function typicalPhases(all: readonly Phases[]): Phases {
  const names = ['lookup', 'connect', 'tls', 'answer', 'body'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = all.flatMap((phases) => phases[name] ?? []).sort((a, b) => a - b);
      const middle = values[Math.floor((values.length - 1) / 2)];
      return middle === undefined ? [] : [[name, middle]];
    }),
  );
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
