/** What was seen of a service, before anybody judges it. All times are milliseconds. */

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

/** A silent and a talking connection: age at which each was cut; null while it lives. */
export interface PairEvidence {
  readonly silentMs: number | null;
  readonly talkingMs: number | null;
  /** How long after the silent one the talking one was opened. */
  readonly apartMs?: number;
  /** How late the prober's own event loop was at most meanwhile: ages are no more exact than that. */
  readonly lateMs?: number;
  /** Age at which a second silent one was cut; null when it outlived the first by far. */
  readonly againMs?: number | null;
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
  /** What became of a held pair. */
  readonly pair?: PairEvidence;
  readonly phases?: Phases;
  /** Bytes that had come in on the connection: tells a mute server from one that drips. */
  readonly bytes?: number;
  /** Pongs and echoes that had come before the connection fell silent. */
  readonly answered?: number;
  /** Connections that were open when this one was refused, where none was accepted after it. */
  readonly open?: number;
  /** False when no token was sent: then what the service says of tokens is not about ours. */
  readonly authorised?: boolean;
  /** Anything else worth reading, e.g. which message came to the wrong connection. */
  readonly note?: string;
}
