import type { TokenSource } from '../../domain/validation/plan.ts';
import { type Answer, ask, AskError, type Question } from '../ask.ts';
import { fieldOf } from '../field.ts';
import { TokenError } from './error.ts';

/** Milliseconds for one answer of a token endpoint. */
const withinMs = 10_000;

/** Far above any real token; a header of this size still passes the usual servers. */
const longestToken = 8_192;

/** The error codes of RFC 6749 §5.2: anything else an endpoint says might repeat what was sent. */
const knownErrors = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
]);

export interface RemoteOptions {
  readonly baseUrl: string;
  readonly signal: AbortSignal;
  readonly ca?: string | undefined;
}

export interface IssuedToken {
  readonly token: string;
  /** Seconds the endpoint says it lives. */
  readonly expiresIn?: number | undefined;
}

type Source<K extends TokenSource['kind']> = Extract<TokenSource, { kind: K }>;

/** A POST whose answer holds the token, as staging's simulated login gives it. @throws TokenError */
export async function simulate(source: Source<'simulation'>, options: RemoteOptions): Promise<IssuedToken> {
  const { body } = source;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = text === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { accept: 'application/json', ...type, ...lowerCase(source.headers) };
  const answer = await post(source.url, { headers, body: text }, options);
  return issued(answer, source.field, placeOf(source.url, options.baseUrl));
}

/**
 * RFC 6749 §4.4. Credentials go by HTTP Basic first; an endpoint that refuses that way is asked once more with both in
 * the body (§2.3.1). @throws TokenError
 */
export async function clientCredentials(
  source: Source<'client-credentials'>,
  options: RemoteOptions,
): Promise<IssuedToken> {
  const form = { grant_type: 'client_credentials', ...(source.scope ? { scope: source.scope } : {}) };
  const type = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  // §2.3.1: both are form-encoded before they are joined, or a colon in the id would split it.
  const pair = `${formEncoded(source.clientId)}:${formEncoded(source.clientSecret)}`;
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  const place = placeOf(source.url, options.baseUrl);
  const first = { headers: { ...type, authorization }, body: new URLSearchParams(form).toString() };
  const answer = await post(source.url, first, options);
  if (answer.status !== 401 && answer.status !== 400) return issued(answer, 'access_token', place);
  const whole = { ...form, client_id: source.clientId, client_secret: source.clientSecret };
  const second = { headers: type, body: new URLSearchParams(whole).toString() };
  return issued(await post(source.url, second, options), 'access_token', place);
}

async function post(
  address: string,
  what: Pick<Question, 'headers' | 'body'>,
  { baseUrl, signal, ca }: RemoteOptions,
): Promise<Answer> {
  if (!URL.canParse(address, baseUrl)) throw new TokenError('bad-request', 'the token endpoint is no URL');
  const url = new URL(address, baseUrl);
  const place = placeOf(address, baseUrl);
  try {
    return await ask({ url, method: 'POST', ...what, ca, withinMs, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AskError)) throw error;
    const code =
      error.code === 'TIMEOUT'
        ? 'timed-out'
        : error.code === 'TOO_LARGE'
          ? 'too-large'
          : error.phase === 'prober'
            ? 'bad-request'
            : 'unreachable';
    throw new TokenError(code, `${place}: ${error.code} (${error.message})`, { cause: error });
  }
}

function issued({ status, body }: Answer, field: string, place: string): IssuedToken {
  const parsed = jsonOf(body);
  if (status < 200 || status > 299) throw refusal(status, parsed, place);
  const token = fieldOf(parsed, field);
  // What cannot stand in a header is no bearer token (RFC 6750 §2.1).
  if (typeof token !== 'string' || token.length > longestToken || !/^[\x21-\x7e]+$/.test(token)) {
    throw new TokenError('no-token', `${place} answered ${status} without a token in ${field}`, { status });
  }
  const expiresIn = Number(fieldOf(parsed, 'expires_in'));
  return { token, expiresIn: expiresIn > 0 ? expiresIn : undefined };
}

function refusal(status: number, answer: unknown, place: string): TokenError {
  const said = fieldOf(answer, 'error');
  const known = typeof said === 'string' && knownErrors.has(said) ? ` (${said})` : '';
  const code = status < 400 ? 'redirected' : status === 429 || status >= 500 ? 'unavailable' : 'refused';
  return new TokenError(code, `${place} answered ${status}${known}`, { status });
}

/** Without user, password and query: they may be secrets. */
function placeOf(address: string, baseUrl: string): string {
  const { origin, pathname } = new URL(address, baseUrl);
  return `POST ${origin}${pathname}`;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
