import { afterEach, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { changed, configOf, ENV, problemsOf, SMALL, writeConfig } from './support.ts';

const EXAMPLE = 'examples/slipway.yaml';
const URL_OF_SOURCE = 'https://github.com/example/chat.git';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the example is valid and means what it says', () => {
  const result = loadConfig({ file: EXAMPLE, env: ENV });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const service = (name: string, timeoutMs: number, after: readonly string[] = []) => ({
    run: name,
    card: {},
    after,
    build: {
      repository: URL_OF_SOURCE,
      directory: name,
      dockerfile: 'Dockerfile',
      image: `us-central1-docker.pkg.dev/chat-staging/apps/${name}`,
      timeoutMs,
      with: 'cloud-build',
    },
    health: [{ path: '/health', status: 200, withinMs: 2_000 }],
  });
  const common = {
    region: 'us-central1',
    channel: 'C0DEPLOYS',
    ref: 'main',
    services: ['backend', 'auth', 'frontend'],
    rollout: expect.any(Object) as object,
    infrastructure: expect.any(Object) as object,
  };
  expect(result.config).toEqual({
    file: EXAMPLE,
    teams: { operations: [{ kind: 'slack', mention: ['S0APPROVERS'] }] },
    channel: 'C0DEPLOYS',
    slack: {
      botToken: 'xoxb-1-robot',
      appToken: 'xapp-1-robot',
      apiUrl: 'https://slack.com/api/',
      updatesPerMinute: 48,
    },
    redisUrl: 'redis://127.0.0.1:6379',
    cloudEndpoint: undefined,
    cloudWeb: undefined,
    suites: {
      e2e: {
        run: {
          kind: 'command',
          command: ['node', 'examples/e2e/run.mjs', '--junit', 'reports/${operation}.xml'],
          cwd: undefined,
        },
        report: { format: 'junit', from: { kind: 'file', path: 'reports/${operation}.xml' } },
        timeoutMs: 120_000,
        env: {},
        rerun: ['-k', '${tests}'],
      },
    },
    programs: {},
    github: { apiUrl: 'https://api.github.com', close: false },
    logLevel: 'info',
    healthPort: undefined,
    services: {
      backend: { ...service('backend', 900_000), validation: expect.any(Object) as object },
      auth: service('auth', 600_000, ['backend']),
      frontend: service('frontend', 600_000, ['backend', 'auth']),
    },
    environments: {
      staging: { project: 'chat-staging', ...common, gates: { roles: {}, freeze: [] } },
      production: {
        project: 'chat-production',
        ...common,
        validation: { headers: { 'X-Test-Environment': 'production' } },
        approval: { by: ['S0APPROVERS'], expiresMs: 1_800_000, self: false },
        gates: { roles: { approve: ['S0APPROVERS'], lock: ['S0APPROVERS'] }, freeze: [] },
      },
    },
  });
});

test('what is left out takes its default', () => {
  const { services, environments } = configOf(SMALL);
  expect(services['backend']).toEqual({
    run: 'backend',
    card: {},
    after: [],
    build: {
      repository: URL_OF_SOURCE,
      directory: '.',
      dockerfile: 'Dockerfile',
      image: 'us-docker.pkg.dev/chat-staging/apps/backend',
      timeoutMs: 600_000,
      with: 'cloud-build',
    },
    health: [{ path: '/health', status: 200, withinMs: 2_000 }],
  });
  expect(environments['staging']).toEqual({
    project: 'chat-staging',
    region: 'us-central1',
    channel: 'C0DEPLOYS',
    ref: 'main',
    services: ['backend'],
    rollout: {
      steps: [100],
      bakeMs: 30_000,
      drainMs: 0,
      countdownMs: 0,
      triggers: { serverErrors: 0.2, handshakeFailures: 0.1 },
    },
    gates: { roles: {}, freeze: [] },
  });
});

test('a countdown is in milliseconds', () => {
  const text = changed('    region: us-central1', '    region: us-central1\n    rollout: { countdown: 30s }');
  expect(configOf(text).environments['staging']?.rollout).toMatchObject({ countdownMs: 30_000 });
});

test('an approval with only its approvers waits 30 minutes and asks somebody else', () => {
  const text = changed(
    '    region: us-central1',
    '    region: us-central1\n    approval: { by: [U0OPERATOR] }',
  );
  const approval = { by: ['U0OPERATOR'], expiresMs: 1_800_000, self: false };
  expect(configOf(text).environments['staging']?.approval).toEqual(approval);
});

test('an environment may have its own channel, ref and services', () => {
  const text = changed(
    '    region: us-central1',
    '    region: us-central1\n    channel: C0STAGING\n    ref: release/1.2\n    services: [backend]',
  );
  const own = { channel: 'C0STAGING', ref: 'release/1.2', services: ['backend'] };
  expect(configOf(text).environments['staging']).toMatchObject(own);
});

test('a build account is named in full, as Cloud Build asks for it', () => {
  const account = 'build@chat-staging.iam.gserviceaccount.com';
  const full = `projects/chat-staging/serviceAccounts/${account}`;
  for (const written of [account, full]) {
    const text = changed('    build:', `    build:\n      serviceAccount: ${written}`);
    expect(configOf(text).services['backend']?.build.serviceAccount).toBe(full);
  }
});

test('a repository connected to Cloud Build is taken as it is', () => {
  const name = 'projects/chat-staging/locations/us-central1/connections/github/repositories/chat';
  expect(configOf(changed(URL_OF_SOURCE, name)).services['backend']?.build.repository).toBe(name);
});

test('any string may hold variables, also within other text; what they hold is not searched again', () => {
  const text = changed('project: chat-staging', 'project: ${env:TEAM}-${env:STAGE}').replace(
    'region: us-central1',
    'region: us-central1\n    ref: ${env:REF}',
  );
  const env = { ...ENV, TEAM: 'chat', STAGE: 'staging', REF: '${env:TEAM}' };
  expect(problemsOf(text, { env }).map(({ path }) => path)).toEqual(['environments.staging.ref']);
  expect(configOf(text, { env: { ...env, REF: 'main' } }).environments['staging']?.project).toBe(
    'chat-staging',
  );
});

test('anchors, aliases and merge keys may share text', () => {
  const text = changed('    build:', '    build: &build').replace(
    'environments:',
    '  auth:\n    build:\n      <<: *build\n      directory: auth\nenvironments:',
  );
  const { backend, auth } = configOf(text).services;
  expect(auth?.build).toEqual({ ...backend?.build, directory: 'auth' });
});

test('the file is the one asked for, else SLIPWAY_CONFIG, else slipway.yaml', () => {
  const file = writeConfig(SMALL);
  const named = loadConfig({ env: { ...ENV, SLIPWAY_CONFIG: file } });
  expect(named.ok && named.config.file).toBe(file);
  const asked = loadConfig({ file, env: { ...ENV, SLIPWAY_CONFIG: '/nowhere' } });
  expect(asked.ok && asked.config.file).toBe(file);
  const none = loadConfig({ env: ENV });
  expect(!none.ok && none.problems[0]?.file).toBe('./slipway.yaml');
});

test('the environment of the process is the default', () => {
  vi.stubEnv('SLIPWAY_CONFIG', writeConfig(changed('chat-staging\n', '${env:SLIPWAY_TEST_PROJECT}\n')));
  vi.stubEnv('SLIPWAY_TEST_PROJECT', 'chat-from-process');
  const result = loadConfig({ needs: [] });
  expect(result.ok && result.config.environments['staging']?.project).toBe('chat-from-process');
});

test('only the tokens that are needed must be there', () => {
  expect(configOf(SMALL, { env: {}, needs: [] }).slack).toMatchObject({ botToken: '', appToken: '' });
  const bot = { SLACK_BOT_TOKEN: 'xoxb-1' };
  expect(configOf(SMALL, { env: bot, needs: ['slack-bot'] }).slack.botToken).toBe('xoxb-1');
  expect(problemsOf(SMALL, { env: bot }).map(({ path }) => path)).toEqual(['SLACK_APP_TOKEN']);
});

test('tokens may come from variables of another name', () => {
  const text = `slack: { botToken: '\${env:TEAM_BOT}' }\n${SMALL}`;
  const env = { TEAM_BOT: 'xoxe.xoxb-1-rotated', SLACK_APP_TOKEN: 'xapp-1' };
  expect(configOf(text, { env }).slack).toMatchObject({
    botToken: 'xoxe.xoxb-1-rotated',
    appToken: 'xapp-1',
  });
});

test('the configuration cannot be changed, and a name nobody wrote is not found', () => {
  const { services, environments } = configOf(SMALL);
  expect(Object.isFrozen(services['backend']?.build)).toBe(true);
  expect(Object.isFrozen(environments['staging']?.services)).toBe(true);
  expect(services['constructor']).toBeUndefined();
  expect(environments['constructor']).toBeUndefined();
});
