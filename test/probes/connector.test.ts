import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTls } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnose } from '../../src/domain/diagnosis/diagnose.ts';
import type { Identity } from '../../src/domain/validation/plan.ts';
import { connectorFor } from '../../src/probes/connector.ts';
import type { TokenProvider } from '../../src/probes/context.ts';
import { authority } from './lab/certificate.ts';
import { app, ignore, type Place, place } from './lab/place.ts';

const open: Place[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

const connector = (at: Place, identity: Partial<Identity> = {}, token?: TokenProvider) =>
  connectorFor({
    url: `http://127.0.0.1:${at.port}`,
    identity: { headers: {}, ...identity },
    token,
    now: Date.now,
  });

async function listening(
  answer: (request: IncomingMessage) => { status: number; body: string },
): Promise<Place> {
  const server = createServer((request, response) => {
    const { status, body } = answer(request);
    response.writeHead(status, { 'set-cookie': ['a=1; Path=/', 'b=2'] }).end(body);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    const { status, body } = answer(request);
    socket.on('error', ignore).end(`HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  const at = await place(server);
  open.push(at);
  return at;
}

const ask = { method: 'GET', path: '/', withinMs: 2_000 };
const bearer = { kind: 'static', token: 'unused' } as const;

describe('what is sent', () => {
  it('are headers, tokens and cookies of the identity; those of the request go over them', async () => {
    let seen: IncomingMessage['headers'] = {};
    const at = await listening((request) => {
      seen = request.headers;
      return { status: 200, body: '' };
    });
    const identity = {
      headers: { 'X-Test': 'a', 'X-Other': 'b' },
      cookies: 'c=3',
      bearer,
      serverless: { kind: 'google-id' } as const,
    };
    const answer = await connector(at, identity, ({ kind }) => Promise.resolve(`token-${kind}`)).request({
      ...ask,
      headers: { 'x-other': 'own' },
    });
    expect(seen).toMatchObject({
      'x-test': 'a',
      'x-other': 'own',
      cookie: 'c=3',
      authorization: 'Bearer token-static',
      'x-serverless-authorization': 'Bearer token-google-id',
    });
    expect(answer).toMatchObject({ ok: true, cookies: ['a=1', 'b=2'] });
  });

  it('to another place is nothing of the identity', async () => {
    let seen: IncomingMessage['headers'] = {};
    const elsewhere = await listening((request) => {
      seen = request.headers;
      return { status: 200, body: '' };
    });
    const at = await listening(() => ({ status: 200, body: '' }));
    const path = `http://127.0.0.1:${elsewhere.port}/`;
    await connector(at, { headers: { 'x-test': 'a' }, bearer }, () =>
      Promise.resolve('secret-token'),
    ).request({ ...ask, path });
    expect(seen).not.toHaveProperty('authorization');
    expect(seen).not.toHaveProperty('x-test');
  });
});

describe('what is shown', () => {
  it('holds no token and no cookie, also where the service repeats them', async () => {
    const at = await listening((request) => ({
      status: 403,
      body: `no: ${request.headers.authorization ?? ''} ${String(request.headers['x-api-key'])}`,
    }));
    const one = connector(at, { bearer, headers: { 'x-api-key': 'secret-api-key' } }, () =>
      Promise.resolve('secret-token'),
    );
    const failed = await one.open({ path: '/ws?key=secret-key', withinMs: 2_000 });
    const text = JSON.stringify(failed);
    expect(text).toContain('no: Bearer [token]');
    expect(text).not.toMatch(/secret-token|secret-key|secret-api-key/);
    const answer = await one.request(ask);
    expect(answer.evidence).not.toHaveProperty('headers.set-cookie');
    expect(JSON.stringify(answer.evidence)).not.toContain('secret-token');
  });
});

describe('a fault of our own', () => {
  const expired = `x.${Buffer.from(JSON.stringify({ exp: 1_000 })).toString('base64url')}.y`;

  it('is a token that had expired by its own words', async () => {
    const at = await listening(() => ({ status: 401, body: '' }));
    const failed = await connector(at, { bearer }, () => Promise.resolve(expired)).open({
      path: '/ws',
      withinMs: 2_000,
    });
    expect(diagnose(failed.ok ? { phase: 'open', url: '' } : failed.evidence)).toMatchObject({
      code: 'PROBER_TOKEN',
      prober: true,
    });
  });

  it('is a header that cannot be sent', async () => {
    const at = await app();
    open.push(at);
    const bad = connector(at, { headers: { 'x-bad': 'line\nbreak' } });
    for (const failed of [await bad.open({ path: '/ws', withinMs: 2_000 }), await bad.request(ask)])
      expect(diagnose(failed.ok ? { phase: 'open', url: '' } : failed.evidence)).toMatchObject({
        code: 'PROBER_REQUEST',
        prober: true,
      });
  });
});

describe('a connection', () => {
  it('tells its phases and gets the message that came with the 101', async () => {
    const at = await app({
      connected: (socket) => {
        socket.send('hello');
      },
    });
    open.push(at);
    const texts: string[] = [];
    const opened = await connector(at).open({
      path: '/ws',
      withinMs: 2_000,
      received: (text) => texts.push(text),
    });
    if (!opened.ok) throw new Error(JSON.stringify(opened.evidence));
    expect(opened.phases.connect).toBeGreaterThanOrEqual(0);
    expect(opened.phases.answer).toBeGreaterThanOrEqual(0);
    expect(await opened.close()).toMatchObject({ closeCode: 1000 });
    expect(texts).toEqual(['hello']);
  });

  it('is ended by stop, also one that opens after it', async () => {
    const at = await app();
    open.push(at);
    const one = connector(at);
    const first = await one.open({ path: '/ws', withinMs: 2_000 });
    one.stop();
    const second = await one.open({ path: '/ws', withinMs: 2_000 });
    if (!first.ok || !second.ok) throw new Error('not open');
    await Promise.all([first.ended, second.ended]);
    expect(first.socket.readyState).toBe(first.socket.CLOSED);
  });
});

it('trusts an authority of its own, and tells the days of the certificate', async () => {
  const own = authority();
  const server = createTls(own.issue({ name: '127.0.0.1' }), (_request, response) => response.end('ok'));
  const at = await place(server);
  open.push(at);
  const one = connectorFor({
    url: `https://127.0.0.1:${at.port}`,
    identity: { headers: {}, ca: own.cert },
    now: Date.now,
  });
  const answer = await one.request(ask);
  expect(answer).toMatchObject({ ok: true, status: 200, certificateDays: 29 });
  expect(answer.ok && answer.phases.tls).toBeGreaterThan(0);
});
