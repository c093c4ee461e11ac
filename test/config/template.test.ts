import { expect, test } from 'vitest';
import { describeConfig, targetOf } from '../../src/config/index.ts';
import { brief, changed, configOf, problemsOf } from './support.ts';

const REGION = 'region: us-central1';
const IMAGE = 'image: us-docker.pkg.dev/chat-staging/apps/backend';

/** The small file with a template for backend, and one over it in staging. */
const file = (own: string, over = '{}') =>
  changed(IMAGE, `${IMAGE}\n    template: ${own}`).replace(
    REGION,
    `${REGION}\n    templates: { backend: ${over} }`,
  );

const templateOf = (own: string, over?: string) =>
  targetOf(configOf(file(own, over)), { service: 'backend', environment: 'staging' })?.template;

test.each([
  ['cpu', '{ cpu: 2 }', { cpu: '2' }],
  ['a part of a CPU', '{ cpu: 500m }', { cpu: '500m' }],
  ['a time-out', '{ timeout: 60m }', { timeoutMs: 3_600_000 }],
  ['a variable and one less', '{ env: { A: "1", B: null } }', { env: { A: '1', B: null } }],
  ['a secret', '{ secrets: { A: "db:3" } }', { secrets: { A: { secret: 'db', version: '3' } } }],
  [
    'a secret of another project',
    '{ secrets: { A: "projects/p-1/secrets/db:latest" } }',
    { secrets: { A: { secret: 'projects/p-1/secrets/db', version: 'latest' } } },
  ],
  [
    'a probe',
    '{ startupProbe: { period: 5s }, livenessProbe: { path: /up, port: 81, failures: 1 } }',
    {
      startupProbe: { periodMs: 5_000, timeoutMs: 1_000, failures: 3 },
      livenessProbe: { path: '/up', port: 81, periodMs: 10_000, timeoutMs: 1_000, failures: 1 },
    },
  ],
])('a template may say %s, and says nothing else then', (_, own, template) => {
  expect(templateOf(own)).toEqual(template);
});

test('that of the environment stands over it, key by key and name by name', () => {
  const own = '{ env: { A: "1", B: "2" }, secrets: { C: "c:1", D: "d:1" }, memory: 1Gi, cpu: 1 }';
  const over = '{ env: { A: null, C: plain }, secrets: { B: "b:1" }, memory: 2Gi }';
  expect(templateOf(own, over)).toEqual({
    env: { A: null, C: 'plain' },
    secrets: { B: { secret: 'b', version: '1' }, D: { secret: 'd', version: '1' } },
    memory: '2Gi',
    cpu: '1',
  });
  expect(templateOf('{ env: { A: "1" } }', '{ secrets: { A: "a:1" } }')).toEqual({
    env: {},
    secrets: { A: { secret: 'a', version: '1' } },
  });
});

test('no template is none', () => {
  const config = configOf(changed(REGION, REGION));
  expect(targetOf(config, { service: 'backend', environment: 'staging' })?.template).toBeUndefined();
});

const AT = 'services.backend.template';
const OVER = 'environments.staging.templates.backend';

test.each([
  [
    '{ memory: 64Mi }',
    `7:25 ${AT}.memory: expected memory from 128Mi to 32Gi such as 512Mi or 2Gi, found "64Mi"`,
  ],
  [
    '{ cpu: 3 }',
    `7:22 ${AT}.cpu: expected 1, 2, 4, 6 or 8 CPUs, or a part of one such as 500m, found the number 3`,
  ],
  [
    '{ cpu: 50m }',
    `7:22 ${AT}.cpu: expected 1, 2, 4, 6 or 8 CPUs, or a part of one such as 500m, found "50m"`,
  ],
  [
    '{ concurrency: 0 }',
    `7:30 ${AT}.concurrency: expected a whole number from 1 to 1000 such as 80, found the number 0`,
  ],
  [
    '{ timeout: 2h }',
    `7:26 ${AT}.timeout: expected a duration in whole seconds from 1s to 1h such as 5m, found "2h"`,
  ],
  [
    '{ timeout: 1.5s }',
    `7:26 ${AT}.timeout: expected a duration in whole seconds from 1s to 1h such as 5m, found "1.5s"`,
  ],
  [
    '{ env: { A: 5 } }',
    `7:27 ${AT}.env.A: expected a text of at most 32768 characters, in quotes if it reads as a number or true, or null to remove it, found something else (not shown)`,
  ],
  [
    '{ env: { PORT: "1" } }',
    `7:24 ${AT}.env.PORT: expected a variable that Cloud Run does not set itself, found "PORT"`,
  ],
  [
    '{ env: { a-b: "1" } }',
    `7:24 ${AT}.env.a-b: expected the name of a variable: letters, digits and _, no digit first, found "a-b"`,
  ],
  [
    '{ secrets: { A: hunter2 } }',
    `7:31 ${AT}.secrets.A: expected a secret of Secret Manager and its version such as chat-db-url:3 (a value never stands in the file), found something else (not shown)`,
  ],
  [
    '{ env: { A: "1" }, secrets: { A: "a:1" } }',
    `7:45 ${AT}.secrets.A: expected a variable in one place, found "A" under env as well`,
  ],
  [
    '{ ingress: public }',
    `7:26 ${AT}.ingress: expected one of internal, internal-and-cloud-load-balancing, all, found "public"`,
  ],
  ['{ affinity: yes please }', `7:27 ${AT}.affinity: expected true or false, found "yes please"`],
  [
    '{ livenessProbe: {} }',
    `7:17 ${AT}.livenessProbe.path: expected a path that starts with / such as /health, found nothing`,
  ],
  [
    '{ startupProbe: { timeout: 20s } }',
    `7:42 ${AT}.startupProbe.timeout: expected a time-out that is not above the period of 10s, found "20s"`,
  ],
  [
    '{ minInstances: 3, maxInstances: 2 }',
    `7:48 ${AT}.maxInstances: expected at least as many maxInstances as minInstances, found 2 and 3`,
  ],
  [
    '{ serviceAccount: somebody }',
    `7:33 ${AT}.serviceAccount: expected the address of a service account such as backend@chat-staging.iam.gserviceaccount.com, found "somebody"`,
  ],
])('%s is refused at its place', (own, problem) => {
  expect(brief(problemsOf(file(own)))).toEqual([problem]);
});

test('what stands over it is checked with it', () => {
  expect(brief(problemsOf(file('{ maxInstances: 2 }', '{ minInstances: 3 }')))).toEqual([
    `12:43 ${OVER}.minInstances: expected at least as many maxInstances as minInstances, found 2 and 3`,
  ]);
  const stranger = changed(REGION, `${REGION}\n    templates: { backned: {} }`);
  expect(brief(problemsOf(stranger))).toEqual([
    '11:18 environments.staging.templates.backned: expected the name of a service that runs here (did you mean backend?), found "backned"',
  ]);
});

test('it is shown without a value', () => {
  const shown = describeConfig(
    configOf(file('{ env: { A: hunter2, B: null }, secrets: { C: "c:1" }, memory: 1Gi }')),
  );
  expect(shown).toContain('  template  A, no B, C from c:1, memory\n');
  expect(shown).not.toContain('hunter2');
});
