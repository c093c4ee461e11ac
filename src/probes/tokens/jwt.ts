import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { TokenSource } from '../../domain/validation/plan.ts';
import { TokenError } from './error.ts';

type JwtSource = Extract<TokenSource, { kind: 'jwt' }>;

/**
 * A compact JWS (RFC 7515) with the claims, `iat` and `exp`. `now` is milliseconds since 1970.
 * @throws TokenError `bad-key`
 */
export async function signJwt(source: JwtSource, now: number): Promise<string> {
  const { algorithm, claims, key, lifetimeMs } = source;
  const iat = Math.floor(now / 1000);
  const token = new SignJWT({ ...claims })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .setIssuedAt(iat)
    .setExpirationTime(iat + Math.ceil(lifetimeMs / 1000));
  const signingKey = keyFor(algorithm, key);
  try {
    return await token.sign(signingKey);
  } catch {
    // The library's own message may tell of the key; what was wrong with it is its kind or its curve.
    throw new TokenError('bad-key', `the key for ${algorithm} is another kind than ${wanted[algorithm]}`);
  }
}

const wanted = {
  HS256: 'a shared secret',
  RS256: 'an RSA private key',
  ES256: 'a P-256 private key',
} as const;

function keyFor(algorithm: JwtSource['algorithm'], key: string): KeyObject {
  try {
    // Variables that cannot hold lines carry PEM with `\n` written out.
    if (algorithm !== 'HS256') return createPrivateKey(key.replaceAll('\\n', '\n'));
  } catch {
    throw new TokenError('bad-key', `the key for ${algorithm} is not ${wanted[algorithm]} in PEM`);
  }
  if (key === '') throw new TokenError('bad-key', 'the shared secret for HS256 is empty');
  return createSecretKey(Buffer.from(key));
}
