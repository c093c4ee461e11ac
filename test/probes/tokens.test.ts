import type { IncomingMessage, RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { TokenSource } from '../../src/domain/validation/plan.ts';
import { TokenError, tokenFor, type TokenOptions, tokensOfRun } from '../../src/probes/tokens.ts';
import { type Loopback, loopback } from '../support/loopback.ts';

const open: Loopback[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

async function serve(listener: RequestListener): Promise<Loopback> {
  const server = await loopback(listener);
  open.push(server);
  return server;
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

const options = (baseUrl: string, more: Partial<TokenOptions> = {}): TokenOptions => ({
  baseUrl,
  signal: new AbortController().signal,
  ...more,
});

const simulation: TokenSource = {
  kind: 'simulation',
  url: '/auth/e2e',
  headers: { 'X-E2E-Test': 'true' },
  body: { user: 'e2e' },
  field: 'data.access_token',
};
const client: TokenSource = {
  kind: 'client-credentials',
  url: '/token',
  clientId: 'a:b',
  clientSecret: 'very+secret',
  scope: 'chat',
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** The error, whose words hold no secret. */
async function fault(source: TokenSource, given: TokenOptions): Promise<TokenError> {
  const error = await tokenFor(source, given).catch((reason: unknown) => reason);
  if (!(error instanceof TokenError)) throw new Error('no TokenError', { cause: error });
  expect(JSON.stringify([error.message, String(error.cause)])).not.toMatch(/very.secret|leaked/);
  return error;
}

const unsigned = (claims: object): string =>
  ['{}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('a token of its own', () => {
  it('is the configured one, unless that has expired', async () => {
    const source = { kind: 'static', token: 'abc' } as const;
    expect(await tokenFor(source, options('http://x'))).toBe('abc');
    const old = { kind: 'static', token: unsigned({ exp: 1 }) } as const;
    expect((await fault(old, options('http://x'))).code).toBe('expired');
  });

  it('is signed for each run', async () => {
    const source = { kind: 'jwt', algorithm: 'HS256', key: 'k', claims: {}, lifetimeMs: 60_000 } as const;
    expect(await tokenFor(source, options('http://x'))).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });
});

describe('a simulated login', () => {
  it('posts headers and body, and takes the token from its field', async () => {
    let seen = '';
    const server = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        const { 'x-e2e-test': test, 'content-type': type } = request.headers;
        seen = [request.method, request.url, test, type, body].join(' ');
        json(201, { data: { access_token: 'tok' } })(request, response);
      });
    });
    expect(await tokenFor(simulation, options(server.url))).toBe('tok');
    expect(seen).toBe('POST /auth/e2e true application/json {"user":"e2e"}');
  });

  it.each([
    ['refused', json(403, { detail: 'leaked' }), 403],
    ['unavailable', json(503, {}), 503],
    ['unavailable', json(429, {}), 429],
    ['redirected', json(302, {}), 302],
    ['no-token', json(200, { data: {} }), 200],
    ['no-token', json(200, { data: { access_token: 'two words leaked' } }), 200],
    ['no-token', json(200, { data: { access_token: 'x'.repeat(10_000) } }), 200],
    ['too-large', json(200, 'x'.repeat(2_000_000)), undefined],
  ] as const)('is %s', async (code, listener, status) => {
    const server = await serve(listener);
    const error = await fault(simulation, options(server.url));
    expect([error.code, error.status]).toEqual([code, status]);
    expect(error.message).toContain(`POST ${server.url}/auth/e2e`);
  });

  it('is unreachable where nothing listens', async () => {
    const server = await loopback(() => undefined);
    await server.stop();
    const error = await fault(simulation, options(server.url));
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('shows neither password nor query of its address', async () => {
    const server = await serve(json(401, {}));
    const url = `${server.url.replace('//', '//u:very-secret@')}/a?key=very-secret`;
    expect((await fault({ ...simulation, url }, options(server.url))).code).toBe('refused');
  });

  it('stops when the run does', async () => {
    const stop = new AbortController();
    const server = await serve(() => {
      stop.abort(new Error('stopped'));
    });
    const asked = tokenFor(simulation, options(server.url, { signal: stop.signal }));
    await expect(asked).rejects.toThrow('stopped');
  });
});

describe('client credentials', () => {
  it('go by HTTP Basic, form-encoded', async () => {
    let seen = '';
    const server = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen = `${request.headers.authorization ?? ''} ${body}`;
        json(200, { access_token: 'tok', expires_in: 60 })(request, response);
      });
    });
    expect(await tokenFor(client, options(server.url))).toBe('tok');
    const basic = Buffer.from('a%3Ab:very%2Bsecret').toString('base64');
    expect(seen).toBe(`Basic ${basic} grant_type=client_credentials&scope=chat`);
  });

  it('go in the body where Basic is refused', async () => {
    const server = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        const good = new URLSearchParams(body).get('client_secret') === 'very+secret';
        const answer = good ? json(200, { access_token: 'tok' }) : json(401, { error: 'invalid_client' });
        answer(request, response);
      });
    });
    expect(await tokenFor(client, options(server.url))).toBe('tok');
    expect(server.asked()).toBe(2);
  });

  it('tell the error code of the standard, and no other words', async () => {
    const known = await serve(json(400, { error: 'invalid_scope' }));
    expect((await fault(client, options(known.url))).message).toContain('400 (invalid_scope)');
    const other = await serve(json(400, { error: 'leaked' }));
    expect((await fault(client, options(other.url))).message).toMatch(/400$/);
  });
});

describe('a Google ID token', () => {
  it.each([
    ['https://candidate---backend-abc-uc.a.run.app', 'https://backend-abc-uc.a.run.app'],
    ['https://chat.example.com/x', 'https://chat.example.com'],
  ])('for %s is for %s', async (baseUrl, audience) => {
    const idToken = (wanted: string) => Promise.resolve(`for:${wanted}`);
    const source = { kind: 'google-id' } as const;
    expect(await tokenFor(source, options(baseUrl, { idToken }))).toBe(`for:${audience}`);
  });

  it('needs credentials', async () => {
    const source = { kind: 'google-id' } as const;
    expect((await fault(source, options('https://x'))).code).toBe('no-google-identity');
    const idToken = () => Promise.reject(new Error('no credentials'));
    expect((await fault(source, options('https://x', { idToken }))).code).toBe('no-google-identity');
  });
});

describe('the tokens of a run', () => {
  it('are asked for once, also by many at the same time, and again shortly before their end', async () => {
    const server = await serve(json(200, { data: { access_token: 'tok' }, expires_in: 600 }));
    let now = 1_000_000;
    const token = tokensOfRun({ signal: new AbortController().signal, now: () => now });
    await Promise.all(Array.from({ length: 50 }, () => token(simulation, server.url)));
    now += 539_000;
    await token(simulation, server.url);
    expect(server.asked()).toBe(1);
    now += 2_000;
    await Promise.all(Array.from({ length: 50 }, () => token(simulation, server.url)));
    expect(server.asked()).toBe(2);
  });

  it('keep no fault', async () => {
    let good = false;
    const server = await serve((request, response) => {
      json(good ? 200 : 503, { data: { access_token: 'tok' } })(request, response);
    });
    const token = tokensOfRun({ signal: new AbortController().signal });
    await expect(token(simulation, server.url)).rejects.toThrow('503');
    good = true;
    expect(await token(simulation, server.url)).toBe('tok');
  });
});
