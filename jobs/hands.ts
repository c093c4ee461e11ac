import { setInterval } from 'node:timers/promises';
import type { Ledger } from '../src/ledger/ledger.ts';

/** A person who clicks Cancel sees it act at once; asking Redis for the length of a list costs nothing. */
const lookEveryMs = 500;

/** The reason with which the signal of a step aborts when somebody cancelled the operation. */
export const cancelled = 'cancelled';

/**
 * Aborts a step when somebody cancels its operation. Faults of Redis are not its matter: the step meets them itself.
 * @returns the signal, and a function that ends the watch
 */
export function watchForCancel(ledger: Ledger, id: string): { signal: AbortSignal; stop: () => void } {
  const cancel = new AbortController();
  const over = new AbortController();
  void watch(ledger, id, { cancel, over: over.signal }).catch(() => undefined);
  return {
    signal: cancel.signal,
    stop: () => {
      over.abort();
    },
  };
}

async function watch(
  ledger: Ledger,
  id: string,
  { cancel, over }: { readonly cancel: AbortController; readonly over: AbortSignal },
): Promise<void> {
  let seen = 0;
  for await (const _ of setInterval(lookEveryMs, undefined, { signal: over, ref: false })) {
    const length = await ledger.length(id).catch(() => seen);
    if (length === seen) continue;
    const operation = await ledger.operation(id).catch(() => undefined);
    if (operation === undefined) continue;
    seen = length;
    if (operation.cancelled !== undefined && operation.failure === undefined) {
      cancel.abort(cancelled);
      return;
    }
  }
}
