import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { TokenSource } from '../../domain/validation/plan.ts';
import { TokenError } from './error.ts';

type JwtSource = Extract<TokenSource, { kind: 'jwt' }>;

/**
 * A compact JWS (RFC 7515) with the claims, `iat` and `exp`. `now` is milliseconds since 1970.
 * @throws TokenError `bad-key`
 */
export function signJwt(source: JwtSource, now: number): string {
  const iat = Math.floor(now / 1000);
  const exp = iat + Math.ceil(source.lifetimeMs / 1000);
  const header = encode({ alg: source.algorithm, typ: 'JWT' });
  const content = `${header}.${encode({ ...source.claims, iat, exp })}`;
  return `${content}.${signature(source, content).toString('base64url')}`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signature({ algorithm, key }: JwtSource, content: string): Buffer {
  if (algorithm === 'HS256') {
    if (key === '') throw new TokenError('bad-key', 'the shared secret for HS256 is empty');
    return createHmac('sha256', key).update(content).digest();
  }
  const parsed = privateKey(key, algorithm);
  // RFC 7518 §3.4: the two numbers of ES256 side by side, not in the DER that Node makes by default.
  return sign('sha256', Buffer.from(content), { key: parsed, dsaEncoding: 'ieee-p1363' });
}

function privateKey(pem: string, algorithm: 'RS256' | 'ES256'): KeyObject {
  const fits = (key: KeyObject): boolean =>
    algorithm === 'RS256'
      ? key.asymmetricKeyType === 'rsa'
      : key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  const wanted = algorithm === 'RS256' ? 'an RSA' : 'a P-256';
  try {
    // Variables that cannot hold lines carry PEM with `\n` written out.
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    if (fits(key)) return key;
  } catch {
    throw new TokenError('bad-key', `the key for ${algorithm} is not ${wanted} private key in PEM`);
  }
  throw new TokenError('bad-key', `the key for ${algorithm} is another kind than ${wanted} private key`);
}
