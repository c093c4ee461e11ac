import type { MetricName } from './plan.ts';
import type { Evidence, Phases } from './evidence.ts';

/** What a validation found: the probes fill it in, records and messages show it. All times are milliseconds. */

/** `inconclusive`: too few samples to say. Never counts as unhealthy. */
export type Verdict = 'healthy' | 'unhealthy' | 'inconclusive';

/** A class of failure with what to do about it. `code` is stable: docs/diagnoses.md lists them. */
export interface Diagnosis {
  readonly code: string;
  readonly evidence: Evidence;
  /** The probable cause, one sentence. */
  readonly cause: string;
  readonly next: string;
  /** True for faults of the prober itself: never counted as a failure of the service. */
  readonly prober: boolean;
  /** How often this class was seen in the check. */
  readonly times: number;
}

export interface Rate {
  readonly samples: number;
  readonly failures: number;
  /** One-sided 95 % Wilson bounds of the failure rate. */
  readonly lower: number;
  readonly upper: number;
  /** How many more samples a firm answer needs if nothing more fails; 0 when it is firm. */
  readonly needed: number;
}

export interface Latency {
  readonly samples: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** One criterion with its result: a line of the report. */
export interface CheckResult {
  /** `GET /health`, `/ws handshake`, `/ws hold`, `/ws echo`, `/ws 100 connections`, `/ws affinity`, `golden path` */
  readonly name: string;
  readonly kind: 'http' | 'handshake' | 'hold' | 'echo' | 'connections' | 'affinity' | 'journey';
  readonly expected: string;
  /** What was measured, in one line: `100 of 100, p95 12 ms`. */
  readonly measured: string;
  readonly verdict: Verdict;
  readonly tookMs: number;
  readonly rate?: Rate;
  readonly latency?: Latency;
  readonly phases?: Phases;
  readonly diagnoses: readonly Diagnosis[];
  /** Of a journey: each step with its time; the failing one has `failed`. */
  readonly steps?: readonly { readonly name: string; readonly ms: number; readonly failed?: string }[];
  /** Days until the certificate expires, where there is one. */
  readonly certificateDays?: number;
}

export interface MetricResult {
  readonly name: MetricName;
  readonly target: number;
  /** Median; absent when nothing measured it. */
  readonly value?: number;
  readonly samples: number;
  readonly verdict: Verdict;
}

export interface ValidationResult {
  readonly url: string;
  readonly verdict: Verdict;
  readonly checks: readonly CheckResult[];
  readonly metrics: readonly MetricResult[];
  readonly startedAt: number;
  readonly tookMs: number;
}

/** Said while it runs: `/ws hold` alive at 5.0 s. */
export interface ValidationProgress {
  readonly check: string;
  readonly text: string;
}
