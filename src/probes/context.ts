import type { SecureContext } from 'node:tls';
import type { WebSocket } from 'ws';
import type { CheckResult } from '../domain/validation/result.ts';
import type { Evidence, Phases } from '../domain/validation/evidence.ts';
import type { Identity, JourneyPlan, TokenSource } from '../domain/validation/plan.ts';

/** Gives a token for a source; `url` is where the validated service is. Rejects when there is none to be had. */
export type TokenProvider = (source: TokenSource, url: string) => Promise<string>;

export interface HttpRequest {
  readonly method: string;
  /** On the validated service, or absolute. */
  readonly path: string;
  /** Go over those of the identity. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Wall-clock time for the whole answer, ms. */
  readonly withinMs: number;
}

export interface HttpAnswer {
  readonly ok: true;
  readonly status: number;
  /** Names in lower case; several values are joined with `, `. Secret ones too: not for showing. */
  readonly headers: Readonly<Record<string, string>>;
  /** `name=value` of each Set-Cookie. */
  readonly cookies: readonly string[];
  /** The first 64 kB. */
  readonly body: string;
  /** True when there was more than 64 kB. */
  readonly cut: boolean;
  readonly phases: Phases;
  /** From the start of the look-up to the last byte. */
  readonly ms: number;
  readonly certificateDays?: number;
  /** What a report may show of this answer, should it be the wrong one. */
  readonly evidence: Evidence;
}

export interface Failed {
  readonly ok: false;
  readonly evidence: Evidence;
}

export interface OpenRequest {
  /** On the validated service, or absolute. */
  readonly path: string;
  readonly subprotocols?: readonly string[];
  /** Go over those of the identity. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `name=value`, sent beside those of the identity. */
  readonly cookies?: readonly string[];
  /** Wall-clock time from the start of the look-up to the 101, ms. */
  readonly withinMs: number;
  /** Called for each message from the first on: one that comes with the 101 would be lost to a later listener. */
  readonly received?: (text: string) => void;
}

/** How a connection ended. */
export interface Ending {
  /** 1006 when no close frame came. */
  readonly closeCode: number;
  readonly closeReason: string;
  readonly tcp?: 'fin' | 'reset';
  /** Code and text of the error `ws` gave, when it gave one. */
  readonly error?: string;
  readonly message?: string;
  /** ms since the 101. */
  readonly ageMs: number;
}

export interface Connection {
  readonly ok: true;
  /** For `send`, `ping` and their events. Messages come to `received` of the request. */
  readonly socket: WebSocket;
  readonly url: string;
  readonly phases: Phases;
  /** From the start of the look-up to the 101. */
  readonly handshakeMs: number;
  /** Of the 101, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `name=value` of each Set-Cookie of the 101. */
  readonly cookies: readonly string[];
  /** Resolves when it is closed, by whomever; never rejects. */
  readonly ended: Promise<Ending>;
  /** ms since the 101. */
  age(): number;
  /** Says good-bye with 1000 and cuts after a second without an answer. */
  close(): Promise<Ending>;
}

/** One service as one identity sees it. Nothing here rejects but for a plan that cannot be sent at all. */
export interface Connector {
  /** `https://…`, without a path. */
  readonly url: URL;
  request(request: HttpRequest): Promise<HttpAnswer | Failed>;
  open(request: OpenRequest): Promise<Connection | Failed>;
  /** At most 500 characters of a text from outside, without secrets: what a report may show. */
  shown(text: string): string;
  /** From here on a text that is shown does not hold this. Shorter than 8 characters it stays: ordinary words would go. */
  conceal(secret: string): void;
  /** Ends everything that is open. */
  stop(): void;
}

export interface ConnectorOptions {
  readonly url: string;
  readonly identity: Identity;
  readonly token?: TokenProvider | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly trust: SecureContext | undefined;
}

/** What a request and a handshake need of the connector. */
export interface Way {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The URL without the query, which may hold a token. */
  readonly shown: string;
  readonly destination: Destination;
  /** Aborts when the connector is stopped: nothing is waited for then. */
  readonly stopped: AbortSignal;
  /** Takes secrets out of a text that a report may show. */
  readonly redact: (text: string) => string;
}

/** How a journey is run: injected, so that the engine knows no script. */
export type JourneyRunner = (
  plan: JourneyPlan,
  connector: Connector,
  options: { readonly signal: AbortSignal; readonly progress: (text: string) => void },
) => Promise<CheckResult>;
