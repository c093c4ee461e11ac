import { describe, expect, it } from 'vitest';
import { parseDeploy } from '../../src/domain/request.ts';
import { type Catalog, type Example, exampleOf } from '../../src/domain/request/catalog.ts';
import { parseRollback } from '../../src/domain/request/rollback.ts';
import { parseValidate } from '../../src/domain/request/validate.ts';

const catalog: Catalog = {
  services: ['backend', 'auth'],
  suites: ['e2e', 'smoke'],
  environments: {
    staging: { services: ['backend', 'auth'], ref: 'develop' },
    production: { services: ['backend'], ref: 'main' },
  },
};
const parse = (text: string) => parseDeploy(text, catalog);
const hour = 3_600_000;
const target = { services: ['backend'], environment: 'staging' };

describe('the words behind /deploy', () => {
  it.each([
    [
      'lock staging "load test" 2h',
      'lock',
      { environment: 'staging', reason: 'load test', lastsMs: 2 * hour },
    ],
    ['lock staging “load test”', 'lock', { environment: 'staging', reason: 'load test', lastsMs: 8 * hour }],
    [
      'lock staging 2h „load\n test“',
      'lock',
      { environment: 'staging', reason: 'load test', lastsMs: 2 * hour },
    ],
    [
      'lock staging "why: because" 7d',
      'lock',
      { environment: 'staging', reason: 'why: because', lastsMs: 168 * hour },
    ],
    ['unlock staging', 'unlock', { environment: 'staging' }],
    ['can-i backend staging', 'can-i', { ...target, ref: 'develop' }],
    ['can-i backend staging ref:v1', 'can-i', { ...target, ref: 'v1' }],
    ['plan backend staging ref:v1', 'plan', { ...target, ref: 'v1' }],
    ['status', 'status', {}],
    ['status production', 'status', { environment: 'production' }],
    ['history backend staging', 'history', { service: 'backend', environment: 'staging' }],
    [
      'history backend staging before:00136',
      'history',
      { service: 'backend', environment: 'staging', before: '00136' },
    ],
    [
      'history backend staging before:backend-r1-k3f9ab',
      'history',
      { service: 'backend', environment: 'staging', before: 'backend-r1-k3f9ab' },
    ],
    [
      'lift backend sha256:0123456789ab "fixed"',
      'lift',
      { service: 'backend', digest: 'sha256:0123456789ab', reason: 'fixed' },
    ],
    [
      'lift backend 0123456 "fixed"',
      'lift',
      { service: 'backend', digest: 'sha256:0123456', reason: 'fixed' },
    ],
    [
      'backend staging bypass:"prod is down"',
      'deploy',
      { ...target, ref: 'develop', bypass: 'prod is down' },
    ],
    ['backend staging build:local', 'deploy', { ...target, ref: 'develop', build: 'local' }],
    [
      `backend staging image:sha256:${'a'.repeat(64)}`,
      'deploy',
      { ...target, ref: 'develop', image: `sha256:${'a'.repeat(64)}` },
    ],
    ['all staging', 'deploy', { services: ['backend', 'auth'], environment: 'staging', ref: 'develop' }],
    [
      'auth,backend,auth staging',
      'deploy',
      { services: ['backend', 'auth'], environment: 'staging', ref: 'develop' },
    ],
    ['plan all production', 'plan', { services: ['backend'], environment: 'production', ref: 'main' }],
    ['backend staging bypass:“prod: down” ref:v1', 'deploy', { ...target, ref: 'v1', bypass: 'prod: down' }],
  ])('%j', (text, kind, request) => {
    expect(parse(text)).toEqual({ kind, request });
  });

  it.each([
    ['lock', 'USAGE', 'needs an environment'],
    ['lock moon "x"', 'UNKNOWN_ENVIRONMENT', '“moon”'],
    ['lock staging', 'USAGE', 'needs a reason in quotes'],
    ['lock staging load test', 'USAGE', 'needs a reason in quotes'],
    ['lock staging ""', 'USAGE', 'says something'],
    ['lock staging "---"', 'USAGE', 'says something'],
    ['lock staging "load test', 'USAGE', 'needs a reason in quotes'],
    ['lock staging "x" soon', 'USAGE', '“soon” is no time'],
    ['lock staging "x" 8d', 'USAGE', 'from 1m to 7d'],
    ['lock staging "x" 10s', 'USAGE', 'from 1m to 7d'],
    ['lock staging "x" 2h now', 'USAGE', '“now”'],
    ['lock staging "x" "y"', 'USAGE', '“"y"”'],
    ['lock staging "x" until:friday', 'UNKNOWN_OPTION', 'until:friday'],
    [`lock staging "${'x'.repeat(201)}"`, 'USAGE', 'at most 200'],
    ['lock __proto__ "x"', 'UNKNOWN_ENVIRONMENT', '__proto__'],
    ['unlock', 'USAGE', 'needs an environment'],
    ['unlock staging now', 'USAGE', '“now”'],
    ['can-i backend', 'USAGE', 'a service and an environment'],
    ['can-i backend staging bypass:"x"', 'UNKNOWN_OPTION', 'bypass'],
    ['can-i staging backend', 'USAGE', '/deploy can-i backend staging'],
    ['history backend staging ref:v1', 'UNKNOWN_OPTION', 'ref:v1'],
    ['history backend staging before:', 'USAGE', 'no revision'],
    ['history backend staging before:<!channel>', 'USAGE', 'no revision'],
    ['history backend staging before:1 before:2', 'USAGE', 'more than one before:'],
    ['status moon', 'UNKNOWN_ENVIRONMENT', 'Environments: staging, production'],
    ['status staging now', 'USAGE', '“now”'],
    ['status staging ref:v1', 'UNKNOWN_OPTION', 'ref:v1'],
    ['lift', 'USAGE', 'a service and a digest'],
    ['lift moon sha256:0123456 "x"', 'UNKNOWN_SERVICE', '“moon”'],
    ['lift backend "x"', 'USAGE', 'no digest'],
    ['lift backend sha256:xyz "x"', 'USAGE', 'no digest'],
    ['lift backend sha256:012345 "x"', 'USAGE', 'no digest'],
    ['lift backend sha256:0123456', 'USAGE', 'needs a reason'],
    ['backend staging bypass:now', 'USAGE', 'A bypass needs a reason in quotes'],
    ['backend staging bypass:""', 'USAGE', 'says something'],
    ['backend staging bypass:"a" bypass:"b"', 'USAGE', 'more than one bypass:'],
    ['backend staging build:remote', 'USAGE', '“remote” is not who builds'],
    ['backend staging image:latest', 'USAGE', '“latest” is not a digest'],
    ['backend staging image:other/image@sha256:0', 'USAGE', 'is not a digest'],
    [`all staging image:sha256:${'a'.repeat(64)}`, 'USAGE', 'belongs to one service'],
    [`backend staging build:local image:sha256:${'a'.repeat(64)}`, 'USAGE', 'not built'],
    ['can-i backend staging build:local', 'UNKNOWN_OPTION', 'build:local'],
    ['backend staging "lock"', 'USAGE', '“"lock"”'],
  ] as const)('%j is %s', (text, code, says) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ kind: 'refused', refusal: { code } });
    if (parsed.kind === 'refused') expect(parsed.refusal.summary).toContain(says);
  });

  it('have examples that can be typed as they are', () => {
    const words: readonly Example[] = [
      'deploy',
      'lock',
      'unlock',
      'can-i',
      'lift',
      'plan',
      'history',
      'status',
    ];
    for (const word of words)
      expect(parse(exampleOf(word, catalog).replace('/deploy ', '')), word).toMatchObject({ kind: word });
    expect(parseRollback('backend staging', catalog).kind).toBe('rollback');
    expect(exampleOf('rollback', catalog)).toBe('/rollback backend staging');
    expect(exampleOf('validate', catalog)).toBe('/validate backend staging');
  });
});

it.each([
  ['backend staging', { kind: 'rollback', request: target }],
  [
    'backend staging backend-00136-xyz',
    { kind: 'rollback', request: { ...target, revision: 'backend-00136-xyz' } },
  ],
  ['', { kind: 'help' }],
  ['backend', { refusal: { code: 'USAGE' } }],
  ['staging backend', { refusal: { summary: 'The service comes first: /rollback backend staging.' } }],
  ['all staging', { kind: 'rollback', request: { services: ['backend', 'auth'], environment: 'staging' } }],
  ['all staging r7', { refusal: { code: 'USAGE' } }],
  ['backend,,auth staging', { refusal: { summary: 'There is a name missing in “backend,,auth”.' } }],
  ['backend,auth production', { refusal: { code: 'UNKNOWN_SERVICE' } }],
  ['backend,auth nowhere', { refusal: { code: 'UNKNOWN_ENVIRONMENT' } }],
  ['backend staging Backend_1', { refusal: { code: 'USAGE' } }],
  ['backend staging a b', { refusal: { code: 'USAGE' } }],
  ['backend staging ref:main', { refusal: { code: 'UNKNOWN_OPTION' } }],
  ['auth production', { refusal: { code: 'UNKNOWN_SERVICE' } }],
])('/rollback %s', (text, expected) => {
  expect(parseRollback(text, catalog)).toMatchObject(expected);
});

it.each([
  ['staging', { kind: 'validate', request: { services: ['backend', 'auth'], environment: 'staging' } }],
  ['auth staging', { kind: 'validate', request: { services: ['auth'], environment: 'staging' } }],
  ['moon', { refusal: { code: 'UNKNOWN_ENVIRONMENT' } }],
  ['auth production', { refusal: { code: 'UNKNOWN_SERVICE' } }],
  ['a b c', { refusal: { code: 'USAGE' } }],
  ['staging ref:main', { refusal: { code: 'UNKNOWN_OPTION' } }],
  ['auth staging issue:#128', { kind: 'validate', request: { services: ['auth'], issue: 128 } }],
  ['staging suites issue:128', { kind: 'validate', request: { suites: ['e2e', 'smoke'], issue: 128 } }],
  ['staging issue:7 suites:e2e', { kind: 'validate', request: { suites: ['e2e'], issue: 7 } }],
  [
    'staging issue:wrong',
    { refusal: { code: 'USAGE', summary: '“wrong” is not the number of an issue, such as issue:128.' } },
  ],
  ['staging issue:1 issue:2', { refusal: { code: 'USAGE', summary: 'There is more than one issue:.' } }],
  ['staging suites:e2e suites:smoke', { refusal: { code: 'USAGE' } }],
])('/validate %s', (text, expected) => {
  expect(parseValidate(text, catalog)).toMatchObject(expected);
});
