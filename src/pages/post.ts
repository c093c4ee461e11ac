import { PageNotTaken, PageRefused } from './pager.ts';

/** Milliseconds for the whole answer; less than the lock of a job lives, so that no two send the same page. */
const withinMs = 10_000;
/** No more of an answer than this is read. */
const mostBytes = 64 * 1024;

export interface Posting {
  /** Who is asked, as people call it. */
  readonly to: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The status that means it was taken. */
  readonly taken: (status: number) => boolean;
  /** Statuses that another try would not change. */
  readonly refused: ReadonlySet<number>;
  /** Never repeated, should an answer repeat it. */
  readonly secret: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One POST with JSON. Redirects are answers: following one would hand the key to another place.
 * @throws PageRefused, PageNotTaken, or the signal's reason when that aborts
 */
export async function post(posting: Posting): Promise<void> {
  const { to, taken, refused } = posting;
  const { status, headers, text } = await answerTo(posting);
  if (taken(status)) return;
  const said = saidIn(text, posting.secret);
  const message = `${to} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (refused.has(status)) throw new PageRefused(message);
  throw new PageNotTaken(message, retryAfterMs(headers.get('retry-after')));
}

async function answerTo({ to, url, headers, body, signal }: Posting) {
  const late = AbortSignal.timeout(withinMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'slipway', ...headers },
      body,
      redirect: 'manual',
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    return { status: response.status, headers: response.headers, text: await beginningOf(response) };
  } catch (error) {
    signal?.throwIfAborted();
    if (late.aborted) throw new PageNotTaken(`${to} did not answer within ${withinMs / 1_000} s`);
    throw new PageNotTaken(`${to} was not reached (${codeOf(error)})`);
  }
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  // Leaving the loop ends the answer.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > mostBytes) break;
  }
  return text;
}

/** What an answer says in words, on one line. */
function saidIn(text: string, secret: string): string {
  const words = textsIn(jsonOf(text)).join('; ');
  return words
    .replaceAll(secret, '(hidden)')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, 200)
    .trim();
}

// PagerDuty: https://developer.pagerduty.com/docs/events-api-v2-overview (message, errors). Opsgenie: https://docs.opsgenie.com/docs/response (message).
function textsIn(answer: unknown): readonly string[] {
  if (typeof answer !== 'object' || answer === null) return [];
  const { message, errors } = answer as Readonly<Record<string, unknown>>;
  // PagerDuty has a list of them, Opsgenie a text for each field.
  const more: unknown[] = typeof errors === 'object' && errors !== null ? Object.values(errors) : [];
  return [message, ...more].filter((text): text is string => typeof text === 'string');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** undici hides the socket's own error in `cause`, and that of a dual stack in one of its errors. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const inner: unknown = cause instanceof AggregateError ? cause.errors.at(0) : cause;
  return inner instanceof Error && 'code' in inner ? String(inner.code) : 'no answer';
}
