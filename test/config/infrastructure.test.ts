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
    ['{}', 'expected one of repository, folder, found none of them'],
    [
      '{ folder: /srv/x, repository: "https://github.com/example/chat.git" }',
      'expected one of repository, folder, found repository and folder',
    ],
  ])('has one place: %s', (text, message) => {
    expect(brief(problemsOf(withInfrastructure(text)))).toEqual([
      `11:5 environments.staging.infrastructure: ${message}`,
    ]);
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
