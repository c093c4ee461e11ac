import { setTimeout as wait } from 'node:timers/promises';

export interface PollOptions {
  readonly signal: AbortSignal;
  /** Give up after this many milliseconds. */
  readonly forMs: number;
}

/**
 * Looks until there is something to see. Looks often at first, because most waits are short, and each
 * 2 s at last: Google's own polling backs off to a minute and so learns of an end up to a third late.
 * @returns undefined when time is up.
 * @throws the signal's reason when aborted.
 */
export async function poll<Value>(
  look: () => Promise<Value | undefined>,
  { signal, forMs }: PollOptions,
): Promise<Value | undefined> {
  const end = Date.now() + forMs;
  for (let pause = 200; ; pause = Math.min(pause * 1.3, 2_000)) {
    signal.throwIfAborted();
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() + pause > end) return undefined;
    await wait(pause, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
}
