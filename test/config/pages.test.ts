import { describe, expect, test } from 'vitest';
import { describeConfig, formatProblems } from '../../src/config/index.ts';
import { brief, configOf, ENV, problemsOf, SMALL } from './support.ts';

const SECRET = 'Very0Secret0Very0Secret0Very0Sec';
const WHSEC = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
const env = {
  ...ENV,
  PAGERDUTY_KEY: SECRET,
  OPSGENIE_KEY: 'opsgenie-very-secret',
  PAGE_WEBHOOK_SECRET: WHSEC,
  HOOK: 'https://hooks.example.com/T0/very-secret',
};

const withPages = (...lines: readonly string[]) =>
  `${SMALL}pages:\n${lines.map((line) => `  ${line}\n`).join('')}`;

const ALL = withPages(
  'operations:',
  '  slack: [S0APPROVERS, U0OPERATOR]',
  '  pagerduty: ${env:PAGERDUTY_KEY}',
  '  opsgenie: { key: "${env:OPSGENIE_KEY}", region: eu }',
  '  webhook: { url: "${env:HOOK}", secret: "${env:PAGE_WEBHOOK_SECRET}" }',
  'business: { opsgenie: { key: "${env:OPSGENIE_KEY}" } }',
  'infrastructure:',
  '  pagerduty: { key: "${env:PAGERDUTY_KEY}", url: https://events.eu.pagerduty.com/v2/enqueue }',
);

test('teams have the ways that the file gives them, with the usual addresses', () => {
  expect({ ...configOf(ALL, { env }).teams }).toEqual({
    operations: [
      { kind: 'slack', mention: ['S0APPROVERS', 'U0OPERATOR'] },
      { kind: 'pagerduty', routingKey: SECRET, url: 'https://events.pagerduty.com/v2/enqueue' },
      { kind: 'opsgenie', apiKey: 'opsgenie-very-secret', url: 'https://api.eu.opsgenie.com' },
      { kind: 'webhook', url: env.HOOK, secret: WHSEC },
    ],
    business: [{ kind: 'opsgenie', apiKey: 'opsgenie-very-secret', url: 'https://api.opsgenie.com' }],
    infrastructure: [
      { kind: 'pagerduty', routingKey: SECRET, url: 'https://events.eu.pagerduty.com/v2/enqueue' },
    ],
  });
});

test('without pages there are no teams, and a name that every object has is none', () => {
  const { teams } = configOf(SMALL);
  expect(Object.keys(teams)).toEqual([]);
  expect(teams['constructor']).toBeUndefined();
});

test('slipway check shows how a team is woken, and no secret', () => {
  const shown = describeConfig(configOf(ALL, { env }));
  expect(shown).toContain(
    '  operations: slack S0APPROVERS U0OPERATOR, pagerduty at events.pagerduty.com, opsgenie at api.eu.opsgenie.com, webhook at hooks.example.com\n',
  );
  expect(shown).not.toMatch(/very-?secret|Very0Secret|whsec/i);
});

describe('is a problem at its place:', () => {
  const REFERENCE =
    'expected exactly one ${env:NAME} (a secret never stands in the file), found something else (not shown)';
  test.each([
    [
      'a team without a way',
      ['operations: {}'],
      'pages.operations: expected at least one of slack, pagerduty, opsgenie, webhook, found an empty mapping',
    ],
    [
      'a name that nobody can type',
      ['On Call: { slack: [S0APPROVERS] }'],
      'pages["On Call"]: expected a name of 1 to 32 lower-case letters, digits and -, starting with a letter, found "On Call"',
    ],
    [
      'a name of a group',
      ['operations: { slack: ["@oncall"] }'],
      'pages.operations.slack[0]: expected a Slack user id (U…, W…) or user group id (S…) such as S0APPROVERS, found "@oncall"',
    ],
    [
      'a mistyped way',
      ['operations: { pagerdutty: "${env:PAGERDUTY_KEY}" }'],
      'pages.operations.pagerdutty: expected one of slack, pagerduty, opsgenie, webhook, found the unknown key "pagerdutty"; did you mean pagerduty?',
    ],
    [
      'a key in the file',
      [`operations: { pagerduty: ${SECRET} }`],
      `pages.operations.pagerduty: ${REFERENCE}`,
    ],
    [
      'a key in the long form in the file',
      [`operations: { pagerduty: { key: ${SECRET} } }`],
      `pages.operations.pagerduty.key: ${REFERENCE}`,
    ],
    [
      'an API key in the file',
      ['operations: { opsgenie: { key: very-secret } }'],
      `pages.operations.opsgenie.key: ${REFERENCE}`,
    ],
    [
      'a signing secret in the file',
      [`operations: { webhook: { url: "https://a.example", secret: ${WHSEC} } }`],
      `pages.operations.webhook.secret: ${REFERENCE}`,
    ],
    [
      'a key of another kind',
      ['operations: { pagerduty: "${env:OPSGENIE_KEY}" }'],
      'pages.operations.pagerduty: expected a variable that holds an integration key of 32 letters and digits, found something else (not shown)',
    ],
    [
      'a signing secret that is none',
      ['operations: { webhook: { url: "https://a.example", secret: "${env:OPSGENIE_KEY}" } }'],
      'pages.operations.webhook.secret: expected a variable that holds whsec_ and 24 to 64 bytes in base64, found something else (not shown)',
    ],
    [
      'an address without TLS',
      ['operations: { pagerduty: { key: "${env:PAGERDUTY_KEY}", url: http://events.example.com } }'],
      'pages.operations.pagerduty.url: expected https:// and a host (http:// only to this machine), found "http://events.example.com"',
    ],
    [
      'an address with a password',
      [
        'operations: { opsgenie: { key: "${env:OPSGENIE_KEY}", url: "https://robot:very-secret@a.example" } }',
      ],
      'pages.operations.opsgenie.url: expected https:// and a host (http:// only to this machine), found a value that looks like a secret (not shown)',
    ],
    [
      'an address of a webhook, which may hold a key',
      [
        'operations: { webhook: { url: "ftp://a.example/very-secret", secret: "${env:PAGE_WEBHOOK_SECRET}" } }',
      ],
      'pages.operations.webhook.url: expected https:// and a host (http:// only to this machine), found something else (not shown)',
    ],
    [
      'two addresses',
      ['operations: { opsgenie: { key: "${env:OPSGENIE_KEY}", region: eu, url: "https://a.example" } }'],
      'pages.operations.opsgenie.region: expected either region or url, found both',
    ],
    [
      'a variable that is not set',
      ['operations: { pagerduty: "${env:NOBODY}" }'],
      'pages.operations.pagerduty: expected the environment variable NOBODY to be set, found nothing',
    ],
  ])('%s', (_name, lines, problem) => {
    const problems = problemsOf(withPages(...lines), { env });
    expect(brief(problems).map((each) => each.replace(/^\d+:\d+ /, ''))).toEqual([problem]);
    expect(formatProblems(problems)).not.toMatch(/very-?secret|Very0Secret|whsec_\w{20}/i);
  });
});

test.each(['http://127.0.0.1:8080/x', 'http://localhost:1', 'http://[::1]:8080'])(
  '%s is this machine, and needs no TLS',
  (url) => {
    const line = `operations: { pagerduty: { key: "\${env:PAGERDUTY_KEY}", url: "${url}" } }`;
    expect(configOf(withPages(line), { env }).teams['operations']).toMatchObject([{ url }]);
  },
);

test.each(['whsec_', ''])('a signing secret may begin with %j', (prefix) => {
  const secret = prefix + Buffer.alloc(64, 'k').toString('base64');
  const line =
    'operations: { webhook: { url: "https://a.example/?key=1", secret: "${env:PAGE_WEBHOOK_SECRET}" } }';
  const { teams } = configOf(withPages(line), { env: { ...env, PAGE_WEBHOOK_SECRET: secret } });
  expect(teams['operations']).toMatchObject([{ secret }]);
});
