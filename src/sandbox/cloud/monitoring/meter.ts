import { Histogram } from './distribution.ts';

/** How Cloud Monitoring samples, in milliseconds. */
export interface Sampling {
  /** One point of every series for each period. */
  readonly period: number;
  /** From the end of a period until its points can be read; Infinity for ever. */
  lag: number;
}

/** What one revision did in one period that is over. */
export interface Sample {
  /** Milliseconds since 1970; `end` is the `start` of the next. */
  readonly start: number;
  readonly end: number;
  /** HTTP status → the latencies, in milliseconds, of the requests that ended in the period. */
  readonly latencies: ReadonlyMap<number, Histogram>;
  /** For each instance, the most requests that were in flight at once. */
  readonly peaks: readonly number[];
}

/** Periods that are kept: more than a day of real time, or half an hour of the quickest tests. */
const KEPT = 2_000;

/** Counts the requests of one revision, period by period. An open WebSocket is a request in flight. */
export class Meter {
  readonly #period: number;
  readonly #inFlight: number[];
  #start: number;
  #peaks: number[];
  #latencies = new Map<number, Histogram>();
  #samples: Sample[] = [];

  constructor({ period, instances }: { readonly period: number; readonly instances: number }) {
    this.#period = period;
    this.#inFlight = Array.from({ length: instances }, () => 0);
    this.#peaks = [...this.#inFlight];
    this.#start = this.#periodOf(Date.now());
  }

  begin(instance: number): void {
    this.#advance();
    const now = (this.#inFlight[instance] ?? 0) + 1;
    this.#inFlight[instance] = now;
    this.#peaks[instance] = Math.max(this.#peaks[instance] ?? 0, now);
  }

  /** `latency` in milliseconds; a WebSocket's is its whole life. */
  end(instance: number, status: number, latency: number): void {
    this.#advance();
    this.#inFlight[instance] = (this.#inFlight[instance] ?? 1) - 1;
    const latencies = this.#latencies.get(status) ?? new Histogram();
    latencies.add(latency);
    this.#latencies.set(status, latencies);
  }

  /** The periods that are over, oldest first. */
  samples(): readonly Sample[] {
    this.#advance();
    return this.#samples;
  }

  #advance(): void {
    const current = this.#periodOf(Date.now());
    // After a long silence only the newest would be kept anyway.
    const oldest = current - KEPT * this.#period;
    for (; this.#start < current; this.#start = Math.max(this.#start + this.#period, oldest)) this.#close();
    if (this.#samples.length > KEPT * 1.5) this.#samples = this.#samples.slice(-KEPT);
  }

  #close(): void {
    const [start, end] = [this.#start, this.#start + this.#period];
    this.#samples.push({ start, end, latencies: this.#latencies, peaks: this.#peaks });
    this.#latencies = new Map();
    this.#peaks = [...this.#inFlight];
  }

  #periodOf(time: number): number {
    return Math.floor(time / this.#period) * this.#period;
  }
}
