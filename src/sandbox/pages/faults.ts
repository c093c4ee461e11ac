/** `drop-after`: it is taken, then the socket is cut, so the sender does not know. */
export type PageFault = 'error-5xx' | 'drop-before' | 'drop-after';

export type PlannedPageFault =
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number | undefined }
  | { readonly kind: PageFault };

interface Hold {
  readonly when: 'before' | 'after';
  readonly released: Promise<void>;
}

/** Faults of one of the ways, used up one request at a time. */
export class PageFaults {
  readonly #planned: PlannedPageFault[] = [];
  readonly #holds = new Set<Hold>();
  #down = false;
  #held = 0;

  /** While down, every connection is cut before anything is read. */
  down(on: boolean): void {
    this.#down = on;
  }

  get isDown(): boolean {
    return this.#down;
  }

  /** The next `times` requests (default 1) are answered 429; without seconds as PagerDuty does, with them as Opsgenie. */
  rateLimit(retryAfterSeconds?: number, times = 1): void {
    this.#plan({ kind: 'rate-limit', retryAfterSeconds }, times);
  }

  fail(kind: PageFault, times = 1): void {
    this.#plan({ kind }, times);
  }

  next(): PlannedPageFault | undefined {
    return this.#planned.shift();
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

  async wait(when: 'before' | 'after'): Promise<void> {
    const holds = [...this.#holds].filter((hold) => hold.when === when);
    if (holds.length === 0) return;
    this.#held += 1;
    await Promise.all(holds.map(({ released }) => released));
    this.#held -= 1;
  }

  #plan(fault: PlannedPageFault, times: number): void {
    for (let count = 0; count < times; count += 1) this.#planned.push(fault);
  }
}
