import { createHmac, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signJwt } from '../../../src/probes/tokens/jwt.ts';

const parts = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);

describe('a JWT', () => {
  it('is signed with the shared secret', async () => {
    const source = {
      kind: 'jwt',
      algorithm: 'HS256',
      key: 'k',
      claims: { sub: 'e2e' },
      lifetimeMs: 90_000,
    } as const;
    const token = await signJwt(source, 1_000_000);
    expect(parts(token)).toEqual([
      { alg: 'HS256', typ: 'JWT' },
      { sub: 'e2e', iat: 1_000, exp: 1_090 },
    ]);
    const [header, payload, signature] = token.split('.');
    const right = createHmac('sha256', 'k').update(`${header!}.${payload!}`).digest('base64url');
    expect(signature).toBe(right);
  });

  it.each(['RS256', 'ES256'] as const)(
    'is signed with %s, also from a key with its lines written out',
    async (algorithm) => {
      const pair =
        algorithm === 'RS256'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const source = {
        kind: 'jwt',
        algorithm,
        key: pem.replaceAll('\n', '\\n'),
        claims: {},
        lifetimeMs: 60_000,
      } as const;
      const [header, payload, signature] = (await signJwt(source, Date.now())).split('.');
      const key = createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' }));
      const content = Buffer.from(`${header!}.${payload!}`);
      const good = verify(
        'sha256',
        content,
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature!, 'base64url'),
      );
      expect(good).toBe(true);
    },
  );

  it('needs a key that fits, and does not repeat the wrong one', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const wrong = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const key of ['very-secret', wrong, '']) {
      const source = { kind: 'jwt', algorithm: 'ES256', key, claims: {}, lifetimeMs: 1 } as const;
      const refused = signJwt(source, 0);
      await expect(refused).rejects.toMatchObject({ code: 'bad-key' });
      await expect(refused).rejects.not.toThrow('very-secret');
    }
  });
});
