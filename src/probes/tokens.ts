import { decodeJwt } from 'jose';
import type { TokenSource } from '../domain/validation/plan.ts';
import { TokenError } from './tokens/error.ts';
import { signJwt } from './tokens/jwt.ts';
import { clientCredentials, type IssuedToken, simulate } from './tokens/remote.ts';

export { TokenError } from './tokens/error.ts';

/** A token is asked for anew when it lives less than this. */
const marginMs = 60_000;

/** What says nothing about its end is kept this long. */
const unknownLifetimeMs = 5 * 60_000;

interface Kept {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** The tokens of one run, by the very source object they came from. */
export type TokenCache = Map<TokenSource, Promise<Kept>>;

export interface TokenOptions {
  /** Where the service is: relative token endpoints are on it. */
  readonly baseUrl: string;
  readonly signal: AbortSignal;
  /** PEM of an authority to trust beside the usual ones. */
  readonly ca?: string | undefined;
  /** One map for each run: what it holds is asked for once. Default: every call asks. */
  readonly cache?: TokenCache | undefined;
  /** Makes Google ID tokens. Absent: sources of that kind fail. */
  readonly idToken?: ((audience: string) => Promise<string>) | undefined;
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: (() => number) | undefined;
}

/**
 * The bearer token of a source, from the cache while it still lives for a minute (or for a fifth of a shorter life).
 * @throws TokenError when there is none, the signal's reason when that aborts.
 */
export async function tokenFor(source: TokenSource, options: TokenOptions): Promise<string> {
  const now = options.now ?? Date.now;
  const { cache } = options;
  const known = cache?.get(source);
  // A fault of an earlier call is that caller's: it is not kept.
  const kept = await known?.catch(() => undefined);
  if (kept !== undefined && kept.until > now()) return kept.token;
  // Somebody else may have asked again while this call waited.
  const later = cache?.get(source);
  if (later !== undefined && later !== known) return (await later).token;
  const asked = fetchToken(source, options, now);
  cache?.set(source, asked);
  return (await asked).token;
}

/** The tokens of one run for whoever asks where the service is: each source is asked once for all of its requests. */
export function tokensOfRun(options: Omit<TokenOptions, 'baseUrl' | 'cache'>) {
  const cache: TokenCache = new Map();
  return (source: TokenSource, baseUrl: string): Promise<string> =>
    tokenFor(source, { ...options, baseUrl, cache });
}

async function fetchToken(source: TokenSource, options: TokenOptions, now: () => number): Promise<Kept> {
  const asked = now();
  const { token, expiresIn } = await issue(source, options, asked);
  const ends = expiresIn === undefined ? expiryOf(token) : asked + expiresIn * 1000;
  const lifetime = ends === undefined ? unknownLifetimeMs : ends - asked;
  return { token, until: asked + lifetime - Math.min(marginMs, lifetime / 5) };
}

async function issue(source: TokenSource, options: TokenOptions, now: number): Promise<IssuedToken> {
  switch (source.kind) {
    case 'static':
      return { token: alive(source.token, now) };
    case 'jwt':
      return { token: await signJwt(source, now) };
    case 'client-credentials':
      return clientCredentials(source, options);
    case 'simulation':
      return simulate(source, options);
    case 'google-id':
      return { token: await googleToken(source.audience ?? audienceOf(options.baseUrl), options) };
  }
}

/** An expired token would look like a service that refuses everybody. */
function alive(token: string, now: number): string {
  if ((expiryOf(token) ?? Infinity) > now) return token;
  throw new TokenError('expired', 'the configured token has expired');
}

async function googleToken(audience: string, { idToken, signal }: TokenOptions): Promise<string> {
  if (idToken === undefined)
    throw new TokenError('no-google-identity', 'nothing here makes Google ID tokens');
  try {
    return await idToken(audience);
  } catch (cause) {
    signal.throwIfAborted();
    throw new TokenError('no-google-identity', `Google gave no ID token for ${audience}`, { cause });
  }
}

/**
 * Cloud Run wants the service's URL, also when a tag's URL is asked:
 * https://cloud.google.com/run/docs/authenticating/service-to-service#acquire-token
 */
function audienceOf(baseUrl: string): string {
  const { origin } = new URL(baseUrl);
  return origin.replace(/^(https:\/\/)[a-z0-9-]+?---(?=[a-z0-9.-]+\.run\.app$)/, '$1');
}

/** When a JWT says it ends, in milliseconds since 1970; undefined for what is no JWT. */
export function expiryOf(token: string): number | undefined {
  try {
    const { exp } = decodeJwt(token);
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
