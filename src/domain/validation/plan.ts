/** What a validation is asked to prove: the configuration fills it in, the probes read it. All times are milliseconds. */

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

/** What people call it; records may hold names of a later version. */
export function metricLabel(name: string): string {
  return name in metricNames ? metricNames[name as MetricName] : name;
}

export interface ValidationPlan {
  readonly identity: Identity;
  readonly http: readonly HttpCheckPlan[];
  readonly websocket: readonly WebSocketCheckPlan[];
  readonly journeys: readonly JourneyPlan[];
  /** Milliseconds that the median of each metric must stay under. */
  readonly targets: Readonly<Record<MetricName, number>>;
}
