import { setMaxListeners } from 'node:events';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { WebSocket } from 'ws';
import { expiredNote, handshakePassedNote } from '../domain/diagnosis/status.ts';
import { observed } from '../domain/diagnosis/observed.ts';
import type { Identity } from '../domain/validation/plan.ts';
import type {
  Connection,
  Connector,
  ConnectorOptions,
  Failed,
  HttpAnswer,
  HttpRequest,
  OpenRequest,
  TokenProvider,
  Way,
} from './context.ts';
import { excerpt, isSecret, shownUrl } from './evidence.ts';
import { serviceUrl } from './limits.ts';
import { sendRequest } from './request.ts';
import { destinationOf, isSecure, speaksHttp, speaksTls } from './socket-clock.ts';
import { expiryOf } from './tokens.ts';
import { openSocket } from './websocket/handshake.ts';
import { isWordless, namesMissingKey } from './websocket/keyless.ts';

/**
 * Reaches one service as one identity.
 * @throws {PlanError} for a URL that is none, or a certificate authority that cannot be read
 */
export function connectorFor(options: ConnectorOptions): Connector {
  return new IdentityConnector(options);
}

type Place = Omit<Way, 'headers'>;

const trusts = new Map<string, SecureContext>();
/** As many as there are authorities in a configuration, and some. */
const mostTrusts = 20;

/** Made once: reading the usual authorities takes some milliseconds, and monitors connect anew each few seconds. */
function trustOf(ca: string | undefined): SecureContext {
  const known = trusts.get(ca ?? '');
  if (known !== undefined) return known;
  const made = createSecureContext(ca === undefined ? {} : { ca: [...rootCertificates, ca] });
  if (trusts.size < mostTrusts) trusts.set(ca ?? '', made);
  return made;
}

/** Journeys may build paths from what they captured. */
const mostPlaces = 200;

class IdentityConnector implements Connector {
  readonly url: URL;
  private readonly options: ConnectorOptions;
  private readonly trust: SecureContext | undefined;
  /** Headers of the identity that are the same each time. */
  private readonly plain: Readonly<Record<string, string>>;
  private readonly live = new Set<WebSocket>();
  /** All that were sent, to be taken out of what is shown. */
  private readonly secrets = new Set<string>();
  /** The ones sent last. */
  private readonly current = new Map<string, string>();
  private tls: Promise<boolean> | undefined;
  private http: Promise<boolean> | undefined;
  private readonly keyless = new Map<string, Promise<boolean>>();
  private readonly places = new Map<string, Place>();
  private readonly redacted = (text: string) => this.redact(text);
  private readonly stopping = new AbortController();

  constructor(options: ConnectorOptions) {
    this.options = options;
    // One listener for each request that is under way.
    setMaxListeners(0, this.stopping.signal);
    this.url = serviceUrl(options.url);
    const { ca, cookies, headers } = options.identity;
    for (const [name, value] of Object.entries({ ...headers, cookie: cookies ?? '' }))
      if (isSecret(name)) for (const word of value.split(/[\s;]+/)) this.conceal(word.replace(/^[^=]*=/, ''));
    this.plain = { ...lowerCase(headers), ...(cookies === undefined ? {} : { cookie: cookies }) };
    this.trust = this.url.protocol === 'https:' ? trustOf(ca) : undefined;
  }

  async request(request: HttpRequest): Promise<HttpAnswer | Failed> {
    const found = this.way(request, 'http');
    const way = found instanceof Promise ? await found : found;
    if ('ok' in way) return way;
    const answer = await sendRequest(way, request, this.options.now);
    return answer.ok ? answer : this.noted(answer, way);
  }

  async open(request: OpenRequest): Promise<Connection | Failed> {
    const found = this.way(request, 'ws');
    const way = found instanceof Promise ? await found : found;
    if ('ok' in way) return way;
    const opened = await openSocket(way, request);
    if (!opened.ok) return this.noted(opened, way);
    const { socket } = opened;
    if (this.stopping.signal.aborted) socket.terminate();
    this.live.add(socket);
    socket.on('close', () => this.live.delete(socket));
    return opened;
  }

  shown(text: string): string {
    return excerpt(text, this.redacted);
  }

  stop(): void {
    this.stopping.abort();
    for (const socket of this.live) socket.terminate();
  }

  /** At once where there is no token to wait for. */
  private way(request: HttpRequest | OpenRequest, scheme: 'http' | 'ws'): Way | Promise<Way | Failed> {
    const place = this.placeOf(request.path, scheme);
    // Another place gets nothing of the identity: its token is for the service alone.
    if (place.url.host !== this.url.host) return wayTo(place, {}, request);
    const { token, identity } = this.options;
    if (token === undefined || (identity.bearer ?? identity.serverless) === undefined)
      return wayTo(place, this.plain, request);
    return this.identityHeaders(token, identity).then(
      (headers) => wayTo(place, headers, request),
      (error: unknown) => ({ ok: false, evidence: this.tokenFault(place.url, error) }),
    );
  }

  /** Remembered: the same few paths are asked for thousands of times. */
  private placeOf(path: string, scheme: 'http' | 'ws'): Place {
    const key = `${scheme} ${path}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const url = new URL(path, this.url);
    url.protocol = url.protocol.replace(/^(?:http|ws)/, scheme);
    url.hash = '';
    const place: Place = {
      url,
      shown: shownUrl(url),
      destination: destinationOf(url, this.trust),
      stopped: this.stopping.signal,
      redact: this.redacted,
    };
    if (this.places.size < mostPlaces) this.places.set(key, place);
    return place;
  }

  private async identityHeaders(
    token: TokenProvider,
    { bearer, serverless }: Identity,
  ): Promise<Record<string, string>> {
    const { url } = this.options;
    const result = { ...this.plain };
    if (bearer !== undefined)
      result['authorization'] = `Bearer ${this.remember('bearer', await token(bearer, url))}`;
    // Cloud Run takes the IAM token from here, which leaves Authorization to the application:
    // https://cloud.google.com/run/docs/authenticating/service-to-service
    if (serverless !== undefined)
      result['x-serverless-authorization'] =
        `Bearer ${this.remember('serverless', await token(serverless, url))}`;
    return result;
  }

  private remember(name: string, secret: string): string {
    this.current.set(name, secret);
    this.conceal(secret);
    return secret;
  }

  conceal(secret: string): void {
    if (secret.length >= 8) this.secrets.add(secret);
  }

  private redact(text: string): string {
    let result = text;
    for (const secret of this.secrets) result = result.replaceAll(secret, '[token]');
    return result;
  }

  /** Adds what the connector alone can know: of the name, of the token, of the port. */
  private async noted({ evidence }: Failed, way: Way): Promise<Failed> {
    const { url } = way;
    const { status, phase, error, bytes, body = '' } = evidence;
    // RFC 6761 §6.2 to 6.5: these names are in no DNS, also where the resolver does not say so.
    if (phase === 'lookup' && /(?:^|\.)(?:invalid|test|example)$/.test(url.hostname))
      return { ok: false, evidence: { ...evidence, error: 'ENOTFOUND' } };
    if ((status === 401 || status === 403) && this.sentExpired())
      return { ok: false, evidence: { ...evidence, note: expiredNote } };
    if (status === 400 && phase === 'upgrade' && isWordless(body)) {
      const { pathname } = url;
      const asked = this.keyless.get(pathname) ?? namesMissingKey(way, this.options.now);
      if (this.keyless.size < mostPlaces) this.keyless.set(pathname, asked);
      if (await asked) return { ok: false, evidence: { ...evidence, note: handshakePassedNote } };
    }
    if (
      error === 'ECONNRESET' &&
      (phase === 'upgrade' || phase === 'answer') &&
      bytes === 0 &&
      !isSecure(url)
    ) {
      this.tls ??= speaksTls(url);
      if (await this.tls) return { ok: false, evidence: { ...evidence, error: observed.tlsRecord } };
    }
    if (error === 'ECONNRESET' && phase === 'tls' && (bytes ?? 0) === 0 && isSecure(url)) {
      this.http ??= speaksHttp(url);
      if (await this.http) return { ok: false, evidence: { ...evidence, error: observed.plainAnswer } };
    }
    const authorised = status === undefined ? {} : { authorised: this.current.size > 0 };
    return { ok: false, evidence: { ...evidence, ...authorised } };
  }

  private sentExpired(): boolean {
    return [...this.current.values()].some((token) => (expiryOf(token) ?? Infinity) < this.options.now());
  }

  private tokenFault(url: URL, error: unknown) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      phase: 'prober' as const,
      url: shownUrl(url),
      error: observed.token,
      message: this.shown(message),
    };
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function wayTo(
  place: Place,
  identity: Readonly<Record<string, string>>,
  request: HttpRequest | OpenRequest,
): Way {
  const own = request.headers === undefined ? identity : { ...identity, ...lowerCase(request.headers) };
  const cookies = 'cookies' in request ? (request.cookies ?? []) : [];
  return { ...place, headers: withCookies(own, cookies) };
}

function withCookies(
  headers: Readonly<Record<string, string>>,
  cookies: readonly string[],
): Readonly<Record<string, string>> {
  if (cookies.length === 0) return headers;
  const own = headers['cookie'];
  const all = own === undefined ? cookies : [own, ...cookies];
  return { ...headers, cookie: all.join('; ') };
}
