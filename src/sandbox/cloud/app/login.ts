import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** One key for all instances of this process: a token of one is good at every other. */
const KEY = randomBytes(32);

const LIFETIME_SECONDS = 600;

export interface LoginAnswer {
  readonly status: number;
  readonly body: object;
}

/** Staging's simulated login: who sends the three test headers gets a token, everybody else 403. */
export function simulateLogin(headers: IncomingHttpHeaders, environment: string): LoginAnswer {
  const wrong = wrongTestHeaders(headers, environment);
  if (wrong.length > 0)
    return { status: 403, body: { detail: `E2E simulation refused: missing or wrong ${wrong.join(', ')}` } };
  const body = { access_token: issue(Date.now()), token_type: 'Bearer', expires_in: LIFETIME_SECONDS };
  return { status: 200, body };
}

/** Names of the three test headers that a request does not bring as this environment wants them. */
export function wrongTestHeaders(headers: IncomingHttpHeaders, environment: string): readonly string[] {
  const wanted = { 'x-test-type': 'E2E', 'x-test-environment': environment, 'x-e2e-test': 'true' };
  return Object.entries(wanted).flatMap(([name, value]) => (headers[name] === value ? [] : [name]));
}

/** `none`: no bearer token at all. */
export function bearerOf(headers: IncomingHttpHeaders): 'valid' | 'invalid' | 'none' {
  const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return headers.authorization === undefined ? 'none' : 'invalid';
  const [header = '', payload = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature);
  const right = Buffer.from(signed(`${header}.${payload}`));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'invalid';
  const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
  return exp * 1000 > Date.now() ? 'valid' : 'invalid';
}

function issue(now: number): string {
  const iat = Math.floor(now / 1000);
  const claims = { sub: 'e2e', iat, exp: iat + LIFETIME_SECONDS };
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${signed(content)}`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const signed = (content: string): string => createHmac('sha256', KEY).update(content).digest('base64url');
