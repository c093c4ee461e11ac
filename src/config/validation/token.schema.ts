import { z } from 'zod';
import { duration, text } from '../fields.ts';
import { anything, fieldPath, headers, line, secret } from './fields.ts';

const KINDS = ['static', 'jwt', 'client-credentials', 'simulation', 'google-id'] as const;
export type TokenKind = (typeof KINDS)[number];

/** What each kind must have, and what it may have beside `kind`. */
export const TOKEN_KEYS: Readonly<
  Record<TokenKind, { readonly needs: readonly string[]; readonly may: readonly string[] }>
> = {
  static: { needs: ['token'], may: [] },
  jwt: { needs: ['key'], may: ['algorithm', 'claims', 'lifetime'] },
  'client-credentials': { needs: ['url', 'clientId', 'clientSecret'], may: ['scope'] },
  simulation: { needs: ['url'], may: ['headers', 'body', 'field'] },
  'google-id': { needs: [], may: ['audience'] },
};

const url = text({
  description: 'Where the token is asked for: absolute, or for a simulation a path on the service itself.',
  expected: 'https://… (http:// only to this machine or a host without dots), or a path such as /auth/e2e',
  pattern:
    /^(?:\/(?!\/)[\w.~!$&'()*+,;=:@%/?-]{0,1000}|https:\/\/[\w.-]+(?::\d{1,5})?(?:\/[\w.~!$&'()*+,;=:@%/?-]*)?|http:\/\/(?:127(?:\.\d+){3}|\[::1\]|[a-z0-9-]+)(?::\d{1,5})?(?:\/[\w.~!$&'()*+,;=:@%/?-]*)?)$/,
  example: '/auth/e2e',
});

const plain = (description: string, example: string) => line(description, 1_000, example);

const KIND_EXPECTED = `one of ${KINDS.join(', ')}`;
const ALGORITHM_EXPECTED = 'one of HS256, RS256, ES256';

const parts = z
  .strictObject({
    kind: z.enum(KINDS, { error: KIND_EXPECTED }).meta({
      description: 'Where the token comes from.',
      examples: ['simulation'],
    }),
    token: secret('static: the token.', 'E2E_TOKEN').optional(),
    algorithm: z
      .enum(['HS256', 'RS256', 'ES256'], { error: ALGORITHM_EXPECTED })
      .optional()
      .meta({ description: 'jwt: how it is signed. Default: HS256.', examples: ['RS256'] }),
    key: secret('jwt: the private key in PEM, or the shared secret for HS256.', 'E2E_JWT_KEY').optional(),
    claims: z
      .record(z.string(), anything('A claim.', 'e2e'), { error: 'a mapping of claims such as { sub: e2e }' })
      .optional()
      .meta({
        description: 'jwt: what it says, beside iat and exp.',
        examples: [{ sub: 'e2e', aud: 'chat' }],
      }),
    lifetime: duration({
      description: 'jwt: how long it is good.',
      fromMs: 1_000,
      toMs: 86_400_000,
      fallback: '10m',
    }).optional(),
    url: url.optional(),
    clientId: plain('client-credentials: the client.', 'slipway').optional(),
    clientSecret: secret('client-credentials: its secret.', 'E2E_CLIENT_SECRET').optional(),
    scope: plain('client-credentials: what is asked for.', 'chat.write').optional(),
    headers: headers('simulation: headers of the POST, beside those of the validation.').optional(),
    body: anything('simulation: what is posted, as JSON.', { user: 'e2e' }).optional(),
    field: fieldPath(
      'simulation: where the token is in the answer. Default: access_token.',
      'data.access_token',
    ).optional(),
    audience: plain(
      'google-id: the audience. Default: the URL of the service.',
      'https://backend.example.com',
    ).optional(),
  })
  .meta({ description: 'A token of one kind.', examples: [{ kind: 'simulation', url: '/auth/e2e' }] });

/** A variable alone is short for `{ kind: static, token: … }`. */
export const token = z
  .union([secret('A token from a variable.', 'E2E_TOKEN'), parts], {
    error: 'a mapping with a kind, or ${env:NAME} with a token',
  })
  .meta({
    description: 'The bearer token that every request and handshake carries.',
    examples: [{ kind: 'simulation', url: '/auth/e2e' }],
  });

export type FileToken = z.output<typeof token>;
