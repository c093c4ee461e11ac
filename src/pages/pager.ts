import type { Page } from '../domain/page/page.ts';

export interface Sending {
  /** It may have arrived before, without us hearing so. Default false. */
  readonly again?: boolean;
  /** Ends the wait for an answer; the page may arrive nevertheless. */
  readonly signal?: AbortSignal;
}

/** One way to wake one team. Sending twice is safe: the page's key makes it once for people. */
export interface Pager {
  /**
   * @throws PageRefused when sending it again would be refused again
   * @throws PageNotTaken or any other error when it is worth another try
   */
  send(page: Page, sending?: Sending): Promise<void>;
}

/** Whoever was asked has said no, and will say so again. The message holds no secret. */
export class PageRefused extends Error {
  override readonly name = 'PageRefused';
}

/** It did not arrive, or nobody knows whether it did. The message holds no secret. */
export class PageNotTaken extends Error {
  override readonly name = 'PageNotTaken';
  /** Milliseconds that whoever was asked wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}
