import { setTimeout as wait } from 'node:timers/promises';

export interface PollOptions {
  readonly signal: AbortSignal;
  /** Give up after this many milliseconds. */
  readonly forMs: number;
}

/** Share of what was waited until the next look: an end is seen at most so much late. */
const lateBy = 0.03;
/**
 * In milliseconds. A build of a minute is looked at some ninety times; gcloud looks each second. Cloud Build has been
 * seen to allow 900 looks a minute for one user: https://github.com/Snapchat/GiGL/pull/121
 */
const [shortestPause, longestPause] = [300, 2_000];

/**
 * Looks until there is something to see: often at first, because most waits are short, and each 2 s at
 * last. Google's own polling backs off to a minute and so learns of an end up to a third late.
 * @returns undefined when time is up.
 * @throws the signal's reason when aborted.
 */
export async function poll<Value>(
  look: () => Promise<Value | undefined>,
  { signal, forMs }: PollOptions,
): Promise<Value | undefined> {
  const begun = Date.now();
  for (;;) {
    signal.throwIfAborted();
    const seen = await look();
    if (seen !== undefined) return seen;
    const waited = Date.now() - begun;
    const pause = Math.min(longestPause, Math.max(shortestPause, waited * lateBy));
    if (waited + pause > forMs) return undefined;
    await wait(pause, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
}
