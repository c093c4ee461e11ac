import { CloudError } from '../cloud/errors.ts';
import type { Looked } from '../domain/status/looked.ts';
import { orStopped } from '../probes/or-stopped.ts';

/** Reads something until the signal aborts. Never throws: `what`, such as `Cloud Run`, begins the reason. */
export async function look<Value>(
  what: string,
  read: () => Promise<Value>,
  signal: AbortSignal,
): Promise<Looked<Value>> {
  try {
    return { kind: 'seen', value: await orStopped(read(), signal) };
  } catch (error) {
    return { kind: 'unknown', why: whyNot(what, error, signal) };
  }
}

function whyNot(what: string, error: unknown, signal: AbortSignal): string {
  if (error instanceof CloudError) return error.message;
  // Messages of other errors may hold addresses, and say nothing to people.
  return signal.aborted ? `${what} did not answer in time` : `${what} could not be read`;
}
