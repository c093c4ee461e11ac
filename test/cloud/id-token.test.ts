import { afterEach, expect, test, vi } from 'vitest';
import { idTokens } from '../../src/cloud/id-token.ts';
import { type Loopback, loopback } from '../support/loopback.ts';

let server: Loopback | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

const jwt = (claims: object) =>
  ['{"alg":"RS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

/** Cloud Run's metadata server: https://cloud.google.com/run/docs/container-contract#metadata-server */
test("the machine's own identity gives a token for the audience", async () => {
  const audiences: (string | null)[] = [];
  server = await loopback((request, response) => {
    const url = new URL(request.url ?? '', 'http://metadata');
    response.setHeader('metadata-flavor', 'Google');
    if (request.headers['metadata-flavor'] !== 'Google') response.writeHead(403).end();
    else if (!url.pathname.endsWith('/identity')) response.end('test');
    else {
      audiences.push(url.searchParams.get('audience'));
      const aud = url.searchParams.get('audience');
      response.end(jwt({ aud, exp: Math.floor(Date.now() / 1000) + 3_600 }));
    }
  });
  vi.stubEnv('GCE_METADATA_HOST', new URL(server.url).host);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '');
  vi.stubEnv('HOME', '/nowhere');
  const tokens = idTokens();
  const audience = 'https://backend-uc.a.run.app';
  const token = await tokens(audience);
  expect(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())).toMatchObject({
    aud: audience,
  });
  expect(audiences).toEqual([audience]);
});
