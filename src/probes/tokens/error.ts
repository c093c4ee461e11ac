/** Why there is no token. */
export type TokenErrorCode =
  /** The key does not fit the algorithm, or is none. */
  | 'bad-key'
  /** What was asked for cannot be asked: no URL, or a header that HTTP does not allow. */
  | 'bad-request'
  | 'unreachable'
  | 'timed-out'
  /** 4xx: the credentials or the test headers were not accepted. */
  | 'refused'
  /** 429 or 5xx: asking again later may help. */
  | 'unavailable'
  | 'redirected'
  | 'too-large'
  /** An answer without a token in the field that was named. */
  | 'no-token'
  /** The configured token is a JWT whose time is over. */
  | 'expired'
  /** This machine has no Google credentials that can make an ID token. */
  | 'no-google-identity';

interface Details {
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** A fault of the prober's own login. The message names the place and the kind of fault, never a secret or an answer. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(code: TokenErrorCode, message: string, { status, cause }: Details = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.status = status;
  }
}
