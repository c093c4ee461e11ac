import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../src/config/index.ts';
import { brief, problemsOf } from './support.ts';
import { journey, withValidation } from './validation.support.ts';

type Row = readonly [name: string, lines: readonly string[], problem: string];
const AT = 'services.backend.validation';
const STEP = `${AT}.journeys[0].steps`;
const VERBS = 'get, head, post, put, delete, options, connect, send, expect, close';

const FAULTS: readonly Row[] = [
  [
    'a check that is a number',
    ['http: [1]'],
    `8:14 ${AT}.http[0]: expected a path such as /health, or a mapping with one, found the number 1`,
  ],
  [
    'a URL for a path',
    ['websocket: [https://a.example/ws]'],
    `8:19 ${AT}.websocket[0]: expected a path that starts with / such as /ws, found "https://a.example/ws"`,
  ],
  [
    'a mistyped key in the long form',
    ['websocket: [{ path: /ws, conections: 5 }]'],
    `8:32 ${AT}.websocket[0].conections: expected one of path, subprotocols, handshakes, failures, within, hold, echoes, message, latency, connections, affinity, found the unknown key "conections"; did you mean connections?`,
  ],
  [
    'a hold of an hour and more',
    ['websocket: [{ path: /ws, hold: 61m }]'],
    `8:38 ${AT}.websocket[0].hold: expected a duration from 0ms to 1h such as 60s, found "61m"`,
  ],
  [
    'a billion connections',
    ['websocket: [{ path: /ws, connections: 1e9 }]'],
    `8:45 ${AT}.websocket[0].connections: expected a whole number from 0 to 10000 such as 100, found the number 1000000000`,
  ],
  [
    '1,001 samples',
    ['http: [{ path: /, samples: 1001 }]'],
    `8:34 ${AT}.http[0].samples: expected a whole number from 1 to 1000 such as 20, found the number 1001`,
  ],
  [
    'a share as a number',
    ['websocket: [{ path: /ws, failures: 0.05 }]'],
    `8:42 ${AT}.websocket[0].failures: expected a share from 0% to 100% such as 5%, found the number 0.05`,
  ],
  [
    'a target of no duration',
    ['targets: { startup: fast }'],
    `8:27 ${AT}.targets.startup: expected a duration from 1ms to 10m such as 500ms, found "fast"`,
  ],
  [
    'a header that HTTP sets',
    ['headers: { Host: a.example }'],
    `8:16 ${AT}.headers: expected names of headers with a text each, at most 50, none of them one that HTTP itself sets, found a mapping`,
  ],
  [
    'a header with a line break',
    ['headers: { X-A: "a\\nb" }'],
    `8:23 ${AT}.headers.X-A: expected a text of printable ASCII on one line, at most 4096 characters, found something else (not shown)`,
  ],
  [
    'an unknown kind of token',
    ['token: { kind: magic }'],
    `8:22 ${AT}.token.kind: expected one of static, jwt, client-credentials, simulation, google-id, found "magic"`,
  ],
  [
    'a token that lacks its parts',
    ['token: { kind: client-credentials, url: /token, clientId: a }'],
    `8:7 ${AT}.token.clientSecret: expected clientSecret for a token of kind client-credentials, found nothing`,
  ],
  [
    'a key of another kind',
    ['token: { kind: simulation, url: /auth, scope: x }'],
    `8:46 ${AT}.token.scope: expected one of kind, url, headers, body, field for a token of kind simulation, found the key scope of another kind`,
  ],
  [
    'a token over plain HTTP',
    ['token: { kind: simulation, url: "http://a.example.com/t" }'],
    `8:39 ${AT}.token.url: expected https://… (http:// only to this machine or a host without dots), or a path such as /auth/e2e, found "http://a.example.com/t"`,
  ],
  [
    'a step that does nothing',
    journey('name: nothing'),
    `11:15 ${STEP}[0]: expected exactly one of ${VERBS}, found none of them`,
  ],
  [
    'a step that does two things',
    journey('{ get: /a, post: /b }'),
    `11:15 ${STEP}[0]: expected exactly one of ${VERBS}, found get and post`,
  ],
  [
    'a key that goes with another step',
    journey('{ get: /a, body: x }'),
    `11:26 ${STEP}[0].body: expected one of name, headers, status, capture, within beside get, found the key body`,
  ],
  [
    'a message before there is a connection',
    journey('send: hello'),
    `11:15 ${STEP}[0].send: expected a step with connect before, found send without a connection`,
  ],
  [
    'a variable that nothing captured',
    journey('get: /a/${id}'),
    `11:20 ${STEP}[0].get: expected a value that an earlier step captured (nothing yet), found "\${id}"`,
  ],
  [
    'an empty message',
    journey('connect: /ws', 'send:'),
    `12:20 ${STEP}[1].send: expected a message, found nothing`,
  ],
  [
    '51 steps',
    journey(...Array<string>(51).fill('get: /')),
    `11:13 ${STEP}: expected at most 50 entries, found a list`,
  ],
];

describe('a bad validation has exactly these problems', () => {
  test.each(FAULTS)('%s', (_name, lines, problem) => {
    expect(brief(problemsOf(withValidation(...lines)))).toEqual([problem]);
  });
});

test('a variable of a journey is none elsewhere', () => {
  expect(brief(problemsOf(withValidation('cookies: a=${token}')))[0]).toContain('found another use of ${');
});

const TOKEN = 'Very-Secret-1';
test.each([
  ['as the token', [`token: ${TOKEN}`]],
  ['as a static token', [`token: { kind: static, token: ${TOKEN} }`]],
  ['as a key', [`token: { kind: jwt, key: ${TOKEN} }`]],
  [
    'as a client secret',
    [`token: { kind: client-credentials, url: /t, clientId: a, clientSecret: ${TOKEN} }`],
  ],
  ['as a list of tokens', [`token: [${TOKEN}]`]],
  ['in a header', [`headers: { authorization: Bearer ${TOKEN} }`]],
  ['in a header of the login', [`token: { kind: simulation, url: /t, headers: { X-Api-Key: ${TOKEN} } }`]],
  ['in a header of a journey', journey(`{ connect: /ws, headers: { Authorization: ${TOKEN} } }`)],
  ['as a cookie', [`cookies: session=${TOKEN}`]],
  ['as an authority', [`ca: ${TOKEN}`]],
])('a secret %s is refused, and not printed', (_name, lines) => {
  const problems = problemsOf(withValidation(...lines));
  expect(problems).toHaveLength(1);
  expect(formatProblems(problems) + JSON.stringify(problems)).not.toContain(TOKEN);
});
