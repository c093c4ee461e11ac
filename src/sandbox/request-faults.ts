/** `drop-after`: it is taken, then the socket is cut, so the sender does not know. */
type RequestFault = 'error-5xx' | 'drop-before' | 'drop-after';

/** What a service answers that does not take the request. */
export type Refusal =
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number | undefined }
  | { readonly kind: 'error-5xx' };

type PlannedFault = Refusal | { readonly kind: 'drop-before' } | { readonly kind: 'drop-after' };

/** What tests may do to it. */
export type Faults = Pick<RequestFaults, 'down' | 'rateLimit' | 'fail' | 'hold' | 'held'>;

interface Hold {
  readonly when: 'before' | 'after';
  readonly released: Promise<void>;
}

/** Faults of a service that is asked over HTTP, used up one request at a time. */
export class RequestFaults {
  readonly #planned: PlannedFault[] = [];
  readonly #holds = new Set<Hold>();
  #down = false;
  #held = 0;

  /** While down, every connection is cut before anything is read. */
  down(on: boolean): void {
    this.#down = on;
  }

  /** The next `times` requests (default 1) are answered 429; without seconds as PagerDuty does, with them as Opsgenie. */
  rateLimit(retryAfterSeconds?: number, times = 1): void {
    this.#plan({ kind: 'rate-limit', retryAfterSeconds }, times);
  }

  fail(kind: RequestFault, times = 1): void {
    this.#plan({ kind }, times);
  }

  /** Requests wait, before or after they are taken, until the returned function is called. */
  hold(when: 'before' | 'after'): () => void {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold = { when, released };
    this.#holds.add(hold);
    return () => {
      this.#holds.delete(hold);
      release();
    };
  }

  /** How many requests wait in a hold now. */
  held(): number {
    return this.#held;
  }

  /**
   * Answers one request with the fault that is planned for it.
   * @param give the answer, or what the service says instead where it refuses
   * @param heldAfter whether a hold `after` is for this request. Default true.
   * @returns undefined when there is no answer: the socket is to be cut
   */
  async through<Answer>(
    give: (refusal: Refusal | undefined) => Answer,
    { heldAfter = true }: { readonly heldAfter?: boolean } = {},
  ): Promise<Answer | undefined> {
    await this.#wait('before');
    const fault = this.#down ? ({ kind: 'drop-before' } as const) : this.#planned.shift();
    if (fault?.kind === 'drop-before') return undefined;
    const answer = give(fault?.kind === 'drop-after' ? undefined : fault);
    if (heldAfter) await this.#wait('after');
    return fault?.kind === 'drop-after' ? undefined : answer;
  }

  async #wait(when: 'before' | 'after'): Promise<void> {
    const holds = [...this.#holds].filter((hold) => hold.when === when);
    if (holds.length === 0) return;
    this.#held += 1;
    await Promise.all(holds.map(({ released }) => released));
    this.#held -= 1;
  }

  #plan(fault: PlannedFault, times: number): void {
    for (let count = 0; count < times; count += 1) this.#planned.push(fault);
  }
}
