import { expect, test } from 'vitest';
import { describeConfig } from '../../src/config/index.ts';
import { configOf, SMALL } from './support.ts';

test('all of the configuration that is no secret is shown', () => {
  const text = `${SMALL}    approval: { by: [S0APPROVERS, U0OPERATOR], expires: 90s, self: true }
  production:
    project: chat-production
    region: us-central1
    channel: C0PROD
    approval: { by: [S0APPROVERS] }
`;
  const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLIPWAY_CLOUD_ENDPOINT: 'http://127.0.0.1:8085' };
  const config = { ...configOf(text, { env, needs: ['slack-bot'] }), file: 'slipway.yaml' };
  expect(describeConfig(config)).toBe(`slipway.yaml is valid: 1 service, 2 environments

environment staging
  where     chat-staging, us-central1
  services  backend
  channel   C0DEPLOYS
  ref       main
  approval  by S0APPROVERS or U0OPERATOR, within 90s, requesters may approve their own

environment production
  where     chat-production, us-central1
  services  backend
  channel   C0PROD
  ref       main
  approval  by S0APPROVERS, within 30m, nobody approves their own

service backend
  cloud run backend
  source    https://github.com/example/chat.git, directory ., Dockerfile
  image     us-docker.pkg.dev/chat-staging/apps/backend, built within 10m
  health    GET /health answers 200 within 2s

addresses
  channel   C0DEPLOYS
  slack     https://slack.com/api/ (bot token set, app token not set)
  redis     redis://127.0.0.1:6379
  github    https://api.github.com, issues are linked
  google    127.0.0.1:8085, without TLS
  log level info
`);
});

test('an environment without approval says so', () => {
  expect(describeConfig(configOf(SMALL))).toContain('  approval  none asked\n');
});

test('test suites and infrastructure are counted and named, without what they are given', () => {
  const text = `${SMALL}    suites: { afterDeploy: [smoke] }
    infrastructure:
      repository: https://github.com/example/chat.git
      directory: infrastructure
suites:
  smoke:
    command: [pytest, --key, hush-4711]
    cwd: tests
    env: { E2E_KEY: hush-4712 }
    report: { junit: smoke.xml }
  e2e:
    cloudRunJob: { job: e2e-tests }
    timeout: 1h
    report: { junit: "gs://reports/e2e.xml" }
`;
  const shown = describeConfig(configOf(text));
  expect(shown).toContain('1 service, 1 environment, 2 test suites, infrastructure of 1 (staging)\n');
  expect(shown).toContain('  tests     smoke, after each deploy\n');
  expect(shown).toContain(`suite smoke
  runs      pytest on the worker, in tests, within 15m
  report    junit, smoke.xml
`);
  expect(shown).toContain(`suite e2e
  runs      the Cloud Run job e2e-tests, within 1h
  report    junit, gs://reports/e2e.xml
`);
  expect(shown).not.toContain('hush');
});
