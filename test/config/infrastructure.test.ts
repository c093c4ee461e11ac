import { describe, expect, it } from 'vitest';
import { brief, configOf, ENV, problemsOf, SMALL } from './support.ts';

const withInfrastructure = (text: string): string => `${SMALL}    infrastructure: ${text}\n`;

describe('the infrastructure of an environment', () => {
  it('gets what programs may know of the worker, its variables, and nothing of slipway', () => {
    const env = {
      ...ENV,
      PATH: '/usr/bin',
      REDIS_URL: 'redis://127.0.0.1',
      TF_CLI_ARGS: '-lock=false',
      DB: 'hush',
    };
    const config = configOf(
      withInfrastructure(
        '{ folder: /srv/x, vars: { password: "${env:DB}" }, outputs: { timeout_sec: 86400 } }',
      ),
      { env },
    );
    expect(config.environments['staging']?.infrastructure).toEqual({
      way: {
        kind: 'program',
        program: 'terraform',
        source: { kind: 'folder', folder: '/srv/x' },
        backend: {},
        env: { PATH: '/usr/bin', TF_VAR_password: 'hush' },
        lockWaitMs: 30_000,
        timeoutMs: 1_800_000,
      },
      propagation: { withinMs: 600_000, times: 3, probes: 'health' },
      outputs: { timeout_sec: '86400' },
    });
  });

  it.each([
    ['{}', 'expected one of repository, folder, trigger, found none of them'],
    [
      '{ folder: /srv/x, repository: "https://github.com/example/chat.git" }',
      'expected one of repository, folder, trigger, found repository and folder',
    ],
  ])('has one place: %s', (text, message) => {
    expect(brief(problemsOf(withInfrastructure(text)))).toEqual([
      `11:5 environments.staging.infrastructure: ${message}`,
    ]);
  });

  it('may be a trigger, in the place of the environment unless it names another', () => {
    const way = (text: string) =>
      configOf(withInfrastructure(`{ trigger: ${text} }`)).environments['staging']?.infrastructure?.way;
    expect(way('{ name: chat, objects: "gs://chat-terraform" }')).toEqual({
      kind: 'trigger',
      trigger: 'chat',
      project: 'chat-staging',
      region: 'us-central1',
      bucket: 'chat-terraform',
      prefix: '',
      lockWaitMs: 30_000,
      timeoutMs: 1_800_000,
    });
    expect(
      way('{ name: chat, project: chat-ops, region: global, objects: "gs://chat-terraform/a/b/" }'),
    ).toMatchObject({ project: 'chat-ops', region: 'global', bucket: 'chat-terraform', prefix: 'a/b' });
  });

  it('has nothing beside a trigger that would be without effect', () => {
    const text = '{ trigger: { name: chat, objects: "gs://chat-terraform" }, vars: { a: b }, program: tofu }';
    expect(brief(problemsOf(withInfrastructure(text))).map((line) => line.split(': ')[0])).toEqual([
      expect.stringContaining('environments.staging.infrastructure.'),
      expect.stringContaining('environments.staging.infrastructure.'),
    ]);
  });

  it.each(['s3://chat', 'gs://chat/../x', 'gs://', 'chat'])('keeps no objects in %s', (objects) => {
    const trigger = `{ trigger: { name: chat, objects: ${JSON.stringify(objects)} } }`;
    const [problem] = problemsOf(withInfrastructure(trigger));
    expect(problem?.path).toBe('environments.staging.infrastructure.trigger.objects');
  });

  it.each(['https://user:hush@github.com/x.git', 'ext::sh -c hush', '--upload-pack=hush', '/srv/x'])(
    'is not fetched from %s',
    (repository) => {
      const [problem] = problemsOf(withInfrastructure(`{ repository: ${JSON.stringify(repository)} }`));
      expect(problem?.path).toBe('environments.staging.infrastructure.repository');
    },
  );

  it('has variables that no problem repeats', () => {
    const [problem] = problemsOf(withInfrastructure('{ folder: /srv/x, vars: { password: [hush] } }'));
    expect(problem?.path).toBe('environments.staging.infrastructure.vars.password');
    expect(problem?.message).not.toContain('hush');
  });
});
