import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { ReasonCode } from '../domain/reasons.ts';

/** gRPC status codes that mean something to slipway (google.rpc.Code). */
export const grpcCode = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** Faults that pass by themselves; anything else is an answer. A cut connection is INTERNAL or UNKNOWN. */
const passing: ReadonlySet<number> = new Set([
  grpcCode.UNKNOWN,
  grpcCode.INTERNAL,
  grpcCode.DEADLINE_EXCEEDED,
  grpcCode.RESOURCE_EXHAUSTED,
  grpcCode.UNAVAILABLE,
]);

/** A call that Google answered with an error, or did not answer for as long as we were willing to wait. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly code: number;

  constructor(message: string, code: number, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** One call that is not answered by then is lost; gax itself would wait up to ten minutes for some. */
export const callOptions = { timeout: 15_000 } as const;

/** Container platforms kill 10 s after they asked, and the process itself ends after 8. */
const lastAnswerMs = 5_000;

/** Patience with a Google API that is away: about two minutes, asking every 0.5 s at first and 10 s at last. */
const patience = { retries: 16, factor: 2, minTimeout: 500, maxTimeout: 10_000 } as const;

/**
 * Reads from Google until it answers.
 * @throws CloudError for an answer that is an error, or when patience ran out.
 * @throws the signal's reason when aborted; an answer that is still awaited then is not waited for.
 */
export async function reading<Value>(
  what: string,
  call: () => Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const { promise, forget } = abortOf(signal);
  try {
    return await Promise.race([calling(what, call, signal), promise]);
  } finally {
    forget();
  }
}

/**
 * Writes to Google until it answers. The call must look before it acts, because an answer can be lost
 * after the work was done. When aborted, the answer to a call under way is waited for, but for 5 s at most: whoever
 * takes over at once must find its work, and whoever is asked to end must hand over before it is killed.
 * @throws as `reading` does.
 */
export async function writing<Value>(
  what: string,
  call: () => Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const { promise: aborted, forget } = abortOf(signal);
  const tooLate = aborted
    .catch(async () => wait(lastAnswerMs, undefined, { ref: false }))
    .then(async () => aborted);
  try {
    return await Promise.race([calling(what, call, signal), tooLate]);
  } finally {
    forget();
  }
}

async function calling<Value>(what: string, call: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  try {
    return await pRetry(call, {
      ...patience,
      signal,
      shouldRetry: ({ error }) => passing.has(codeOf(error) ?? -1),
    });
  } catch (error) {
    signal.throwIfAborted();
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new CloudError(`${what}: ${detailsOf(error)}`, code, error);
  }
}

/** Google's words where what is read is not there; undefined where it is. @throws what the reading throws else */
export async function missing(reading: Promise<unknown>): Promise<string | undefined> {
  try {
    await reading;
    return undefined;
  } catch (error) {
    if (error instanceof CloudError && error.code === grpcCode.NOT_FOUND) return error.message;
    throw error;
  }
}

/** A promise that rejects when the signal aborts, and a way to stop listening. */
function abortOf(signal: AbortSignal): { readonly promise: Promise<never>; readonly forget: () => void } {
  let forget = (): void => undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    const abort = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    signal.addEventListener('abort', abort, { once: true });
    forget = () => {
      signal.removeEventListener('abort', abort);
    };
  });
  return { promise, forget };
}

/** Google's own words, without the "7 PERMISSION_DENIED: " that gRPC puts before them. */
function detailsOf(error: unknown): string {
  if (
    error instanceof Error &&
    'details' in error &&
    typeof error.details === 'string' &&
    error.details !== ''
  )
    return error.details;
  return error instanceof Error ? error.message : String(error);
}

/** What an answer of Google's means to people. */
export function reasonOf(code: number): ReasonCode {
  switch (code) {
    case grpcCode.PERMISSION_DENIED:
    case grpcCode.UNAUTHENTICATED:
      return 'PERMISSION_DENIED';
    case grpcCode.UNAVAILABLE:
    case grpcCode.DEADLINE_EXCEEDED:
    case grpcCode.RESOURCE_EXHAUSTED:
      return 'CLOUD_UNAVAILABLE';
    default:
      return 'CLOUD_REFUSED';
  }
}
