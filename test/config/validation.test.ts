import { expect, test } from 'vitest';
import { describeConfig, targetOf } from '../../src/config/index.ts';
import { configOf, ENV, SMALL } from './support.ts';
import { journey, withValidation } from './validation.support.ts';

const planOf = (lines: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const config = configOf(withValidation(...lines), { env: { ...ENV, ...env } });
  const plan = targetOf(config, { service: 'backend', environment: 'staging' })?.validation;
  if (plan === undefined) throw new Error('no plan');
  return plan;
};

test('without a validation there is none', () => {
  const target = targetOf(configOf(SMALL), {
    service: 'backend',
    environment: 'staging',
  });
  expect(target?.validation).toBeUndefined();
});

test('an empty one asks for nothing beside health, against the usual targets', () => {
  expect(planOf(['targets: {}'])).toEqual({
    identity: { headers: {} },
    http: [],
    websocket: [],
    journeys: [],
    targets: {
      apiResponse: 100,
      websocketLatency: 50,
      startup: 500,
      messageProcessing: 200,
      wholeRequest: 1_000,
    },
  });
});

test('a path alone is a check with all defaults', () => {
  const { http, websocket } = planOf(['http: [/ready]', 'websocket: [/ws]']);
  expect(http).toEqual([
    { kind: 'http', path: '/ready', method: 'GET', status: 200, withinMs: 2_000, samples: 20 },
  ]);
  expect(websocket).toEqual([
    {
      kind: 'websocket',
      path: '/ws',
      subprotocols: [],
      handshakes: 60,
      mostFailures: 0.05,
      handshakeWithinMs: 2_000,
      holdMs: 60_000,
      echoes: 100,
      message: '{"type":"echo","id":"{id}"}',
      latencyMs: 100,
      connections: 100,
      affinity: false,
    },
  ]);
});

test('a check may say everything itself', () => {
  const { http, websocket } = planOf([
    'http: [{ path: /api, method: POST, status: 201, body: { a: 1 }, contains: ok, json: { b: [2] }, within: 1s, samples: 3 }]',
    "websocket: [{ path: /ws, subprotocols: [chat.v1], handshakes: 9, failures: 2.5%, within: 1s, hold: 0s, echoes: 0, message: 'ping {id}', latency: 50ms, connections: 0, affinity: true }]",
  ]);
  expect(http[0]).toMatchObject({ body: '{"a":1}', contains: 'ok', json: { b: [2] }, samples: 3 });
  expect(websocket[0]).toMatchObject({
    mostFailures: 0.025,
    holdMs: 0,
    message: 'ping {id}',
    affinity: true,
  });
});

test.each([
  ['a variable', ['token: ${env:SECRET}'], { kind: 'static', token: 's3cret' }],
  ['static', ['token: { kind: static, token: "${env:SECRET}" }'], { kind: 'static', token: 's3cret' }],
  [
    'jwt',
    ['token: { kind: jwt, key: "${env:SECRET}", claims: { sub: e2e } }'],
    { kind: 'jwt', algorithm: 'HS256', key: 's3cret', claims: { sub: 'e2e' }, lifetimeMs: 600_000 },
  ],
  [
    'client-credentials',
    [
      'token: { kind: client-credentials, url: https://id.example.com/token, clientId: a, clientSecret: "${env:SECRET}", scope: x }',
    ],
    {
      kind: 'client-credentials',
      url: 'https://id.example.com/token',
      clientId: 'a',
      clientSecret: 's3cret',
      scope: 'x',
    },
  ],
  [
    'simulation, with the headers of every request under its own',
    [
      'headers: { X-Test-Type: E2E, X-Mode: a }',
      'token: { kind: simulation, url: /auth/e2e, headers: { x-mode: b }, body: { user: e2e }, field: data.token }',
    ],
    {
      kind: 'simulation',
      url: '/auth/e2e',
      headers: { 'X-Test-Type': 'E2E', 'x-mode': 'b' },
      body: { user: 'e2e' },
      field: 'data.token',
    },
  ],
  [
    'google-id',
    ['token: { kind: google-id, audience: https://a.example }'],
    { kind: 'google-id', audience: 'https://a.example' },
  ],
])('a token: %s', (_name, lines, bearer) => {
  expect(planOf(lines, { SECRET: 's3cret' }).identity.bearer).toEqual(bearer);
});

test('what Cloud Run asks, cookies and an authority are part of who asks', () => {
  const pem = '-----BEGIN CERTIFICATE-----\\nQUJD\\n-----END CERTIFICATE-----';
  const { identity } = planOf(['private: true', 'cookies: session=${env:SECRET}', 'ca: ${env:CA}'], {
    SECRET: 's3cret',
    CA: pem.replaceAll('\\n', '\n'),
  });
  expect(identity).toMatchObject({ serverless: { kind: 'google-id' }, cookies: 'session=s3cret' });
  expect(identity.ca).toContain('BEGIN CERTIFICATE-----\nQUJD');
});

test('an environment has its own headers over those of the service, and its own token', () => {
  const text = `${withValidation('headers: { X-Env: none, X-Kept: a }', 'token: ${env:SERVICE}')}    validation:
      headers: { x-env: staging }
      token: \${env:OWN}
`;
  const config = configOf(text, { env: { ...ENV, SERVICE: 'one', OWN: 'two' } });
  const { identity } = targetOf(config, { service: 'backend', environment: 'staging' })!.validation!;
  expect(identity).toMatchObject({
    headers: { 'X-Kept': 'a', 'x-env': 'staging' },
    bearer: { kind: 'static', token: 'two' },
  });
  expect(describeConfig(config)).not.toMatch(/\bone\b|\btwo\b/);
});

test('a journey keeps its own variables, and takes those of the environment', () => {
  const { journeys } = planOf(
    journey(
      'post: /login/${env:WHO}\n              body: { user: "${env:WHO}" }\n              status: 201\n              capture: { token: data.token }',
      '{ name: open, connect: /ws, headers: { Authorization: "Bearer ${token}" }, subprotocols: [v1] }',
      'send: { type: user_message, for: "${token}" }',
      'expect: agent_completed',
      'expect: { type: done, n: 2 }',
      'close: true',
    ),
    { WHO: 'e2e' },
  );
  expect(journeys[0]).toMatchObject({ kind: 'journey', name: 'golden path', withinMs: 30_000 });
  expect(journeys[0]?.steps).toEqual([
    {
      kind: 'http',
      name: 'POST /login/e2e',
      method: 'POST',
      path: '/login/e2e',
      headers: {},
      body: { user: 'e2e' },
      status: 201,
      capture: { token: 'data.token' },
      withinMs: 5_000,
    },
    {
      kind: 'connect',
      name: 'open',
      path: '/ws',
      subprotocols: ['v1'],
      headers: { Authorization: 'Bearer ${token}' },
      withinMs: 5_000,
    },
    { kind: 'send', name: 'send user_message', message: { type: 'user_message', for: '${token}' } },
    {
      kind: 'expect',
      name: 'expect agent_completed',
      match: { type: 'agent_completed' },
      capture: {},
      withinMs: 5_000,
    },
    { kind: 'expect', name: 'expect done', match: { type: 'done', n: 2 }, capture: {}, withinMs: 5_000 },
    { kind: 'close', name: 'close' },
  ]);
});

test('what is proved is shown, without a secret', () => {
  const lines = ['token: ${env:S}', 'websocket: [/ws]', ...journey('get: /')];
  const config = configOf(withValidation(...lines), { env: { ...ENV, S: 's3cret' } });
  const shown = describeConfig(config);
  expect(shown).toContain('  proves    /ws, golden path (1 step), with a static token\n');
  expect(shown).not.toContain('s3cret');
});
