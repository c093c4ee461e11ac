/**
 * What a validation is asked to prove and what it found: the types that the configuration fills in, the
 * probes measure and the messages show. All times are milliseconds.
 */

/** `inconclusive`: too few samples to say. Never counts as unhealthy. */
export type Verdict = 'healthy' | 'unhealthy' | 'inconclusive';

/** Where a token comes from; the token itself never stands in a plan, a result, a log or a message. */
export type TokenSource =
  | { readonly kind: 'static'; readonly token: string }
  /** Signed for each run. `key`: PEM for RS256/ES256, shared secret for HS256. */
  | {
      readonly kind: 'jwt';
      readonly algorithm: 'HS256' | 'RS256' | 'ES256';
      readonly key: string;
      readonly claims: Readonly<Record<string, unknown>>;
      readonly lifetimeMs: number;
    }
  | {
      readonly kind: 'client-credentials';
      readonly url: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string | undefined;
    }
  /** A POST that returns a token, as staging's simulated login does. */
  | {
      readonly kind: 'simulation';
      /** Absolute, or a path on the service itself. */
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
      /** Dots lead into the answer: `data.access_token`. */
      readonly field: string;
    }
  /** For private services; `X-Serverless-Authorization` carries it, which leaves `Authorization` to the application. */
  | { readonly kind: 'google-id'; readonly audience?: string | undefined };

/** What every request and handshake of a validation carries. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer?: TokenSource | undefined;
  readonly serverless?: Extract<TokenSource, { kind: 'google-id' }> | undefined;
  readonly cookies?: string | undefined;
  /** PEM of an authority to trust beside the usual ones. */
  readonly ca?: string | undefined;
}

export interface HttpCheckPlan {
  readonly kind: 'http';
  readonly path: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  readonly status: number;
  readonly body?: string | undefined;
  /** The answer must contain this text. */
  readonly contains?: string | undefined;
  /** The answer must be JSON that has at least these values. */
  readonly json?: Readonly<Record<string, unknown>> | undefined;
  /** The whole answer must be there within this time. */
  readonly withinMs: number;
  readonly samples: number;
}

export interface WebSocketCheckPlan {
  readonly kind: 'websocket';
  readonly path: string;
  readonly subprotocols: readonly string[];
  /** Handshakes of the first look; topped up by itself when inconclusive. */
  readonly handshakes: number;
  /** Share of handshakes that may fail, 0 to 1. Default 0.05. */
  readonly mostFailures: number;
  readonly handshakeWithinMs: number;
  /** How long the pair (a silent and a talking connection) is held; 0 leaves it out. */
  readonly holdMs: number;
  /** Echoes and pings measured for latency; 0 leaves them out. */
  readonly echoes: number;
  /** What is sent as an echo; `{id}` is replaced by something unique. The answer must contain the id. */
  readonly message: string;
  readonly latencyMs: number;
  /** Connections at the same time, each of which must get its own messages only; 0 leaves it out. */
  readonly connections: number;
  /** Reconnect with the cookie of the first answer and expect the same instance. */
  readonly affinity: boolean;
}

/** One line of a journey's script. `${name}` in any text is replaced by what was captured before. */
export type JourneyStepPlan =
  | {
      readonly kind: 'http';
      readonly name: string;
      readonly method: HttpCheckPlan['method'];
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly status: number;
      readonly capture: Readonly<Record<string, string>>;
      readonly withinMs: number;
    }
  | {
      readonly kind: 'connect';
      readonly name: string;
      readonly path: string;
      readonly subprotocols: readonly string[];
      readonly headers: Readonly<Record<string, string>>;
      readonly withinMs: number;
    }
  | { readonly kind: 'send'; readonly name: string; readonly message: unknown }
  /** Waits for a message that has at least these values; others in between are allowed and noted. */
  | {
      readonly kind: 'expect';
      readonly name: string;
      readonly match: Readonly<Record<string, unknown>>;
      readonly capture: Readonly<Record<string, string>>;
      readonly withinMs: number;
    }
  | { readonly kind: 'close'; readonly name: string };

export interface JourneyPlan {
  readonly kind: 'journey';
  readonly name: string;
  readonly steps: readonly JourneyStepPlan[];
  readonly withinMs: number;
}

export const metricNames = {
  apiResponse: 'API response',
  websocketLatency: 'WebSocket latency',
  startup: 'Start-up',
  messageProcessing: 'Message processing',
  wholeRequest: 'Whole request',
} as const;
export type MetricName = keyof typeof metricNames;

export interface ValidationPlan {
  readonly identity: Identity;
  readonly http: readonly HttpCheckPlan[];
  readonly websocket: readonly WebSocketCheckPlan[];
  readonly journeys: readonly JourneyPlan[];
  /** Milliseconds that the median of each metric must stay under. */
  readonly targets: Readonly<Record<MetricName, number>>;
}

/** What the cloud knows of the service, for the diagnosis; absent for a bare URL. */
export interface ServiceFacts {
  /** Cloud Run's request time-out: it cuts WebSockets too. */
  readonly requestTimeoutMs?: number | undefined;
  readonly loadBalancer?: { readonly timeoutMs: number; readonly serverless: boolean } | undefined;
  /** Last log lines of the revision. */
  readonly logs?: readonly string[] | undefined;
}

/** Milliseconds each part of a request took; absent when it was not reached. */
export interface Phases {
  readonly lookup?: number;
  readonly connect?: number;
  readonly tls?: number;
  /** To the 101 of a handshake, or to the first byte of an answer. */
  readonly answer?: number;
  readonly body?: number;
}

/** What was seen when something failed: everything the classification may use. */
export interface Evidence {
  /** The phase in which it failed. */
  readonly phase:
    | 'lookup'
    | 'connect'
    | 'tls'
    | 'upgrade'
    | 'answer'
    | 'body'
    | 'open'
    | 'echo'
    | 'close'
    | 'prober';
  readonly url: string;
  readonly status?: number;
  /** Names in lower case; values of secret headers are left out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** At most 500 characters. */
  readonly body?: string;
  /** Error code of the system, of TLS or of `ws`, or what the probe saw: one of `observed` in observed.ts. */
  readonly error?: string;
  readonly message?: string;
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** How the TCP connection ended, when it did: FIN or reset. */
  readonly tcp?: 'fin' | 'reset';
  /** Age of the connection when it was cut. */
  readonly ageMs?: number;
  /** Of a held pair: age at which each of the two was cut; null while it lives. */
  readonly pair?: { readonly silentMs: number | null; readonly talkingMs: number | null };
  readonly phases?: Phases;
  /** Bytes that had come in on the connection: tells a mute server from one that drips. */
  readonly bytes?: number;
  /** Pongs and echoes that had come before the connection fell silent. */
  readonly answered?: number;
  /** Connections that were open when this one was refused, where none was accepted after it. */
  readonly open?: number;
  /** Anything else worth reading, e.g. which message came to the wrong connection. */
  /** False when no token was sent: then what the service says of tokens is not about ours. */
  readonly authorised?: boolean;
  readonly note?: string;
}

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
