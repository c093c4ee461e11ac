import { describe, expect, test } from 'vitest';
import { targetOf } from '../../src/config/index.ts';
import { brief, configOf, ENV, problemsOf, SMALL } from './support.ts';

const suites = (text: string) => `${SMALL}\nsuites:\n${text}`;
const env = { ...ENV, E2E_KEY: 'correct-horse', PATH: '/bin', SECRET: 'no' };

describe('test suites', () => {
  test('run in the environment of a target, with its values over their own', () => {
    const config = configOf(
      suites(`  e2e:
    command: [pytest, "\${operation}"]
    env: { KEY: "\${env:E2E_KEY}" }
    report: { junit: "reports/\${operation}.xml" }
    rerun: ["-k", "\${tests}"]
  smoke:
    cloudRunJob: { job: smoke, args: [smoke] }
    timeout: 1m
    report: { tap: "gs://reports-1/a/b.tap" }
`),
      { env },
    );
    const [environment = ''] = Object.keys(config.environments);
    const [service = ''] = Object.keys(config.services);
    const target = targetOf(config, { service, environment });
    expect(target?.suites?.afterDeploy).toStrictEqual([]);
    expect(target?.suites?.places.map((place) => place.service)).toStrictEqual([service]);
    expect(target?.suites?.plans['e2e']).toStrictEqual({
      name: 'e2e',
      run: { kind: 'command', command: ['pytest', '${operation}'], cwd: undefined, base: { PATH: '/bin' } },
      env: { KEY: 'correct-horse' },
      timeoutMs: 900_000,
      report: { format: 'junit', from: { kind: 'file', path: 'reports/${operation}.xml' } },
      rerun: ['-k', '${tests}'],
    });
    expect(target?.suites?.plans['smoke']).toMatchObject({
      run: { kind: 'cloud-run-job', job: 'smoke', project: target?.project, region: target?.region },
      report: { format: 'tap', from: { kind: 'object', bucket: 'reports-1', object: 'a/b.tap' } },
      timeoutMs: 60_000,
    });
  });

  test.each([
    ['  e2e: { report: { junit: a.xml } }', 'expected either a command or a cloudRunJob, found neither'],
    ['  e2e: { command: [a], cloudRunJob: { job: b }, report: { junit: a.xml } }', 'found both'],
    ['  e2e: { command: [a], report: {} }', 'expected exactly one of junit, tap, pytest, jest, found none'],
    ['  e2e: { command: [a], report: { junit: a, tap: b } }', 'found junit and tap'],
    ['  e2e: { cloudRunJob: { job: b }, report: { junit: a.xml } }', 'expected gs://bucket/object'],
    ['  e2e: { command: [a], report: { junit: a }, rerun: ["-k"] }', 'expected an argument with ${tests}'],
    [
      '  e2e: { cloudRunJob: { job: b }, report: { junit: "gs://abc/d" }, rerun: ["${tests}"] }',
      'expected args of the job',
    ],
    [
      '  e2e: { command: [a], report: { junit: a }, env: { SLIPWAY_URL: x } }',
      'a variable that slipway does not give itself',
    ],
    ['  E2E: { command: [a], report: { junit: a } }', 'a name of 1 to 32 lower-case letters'],
    ['  e2e: { command: [], report: { junit: a } }', 'expected at least 1 entry'],
  ])('%s is told', (text, message) => {
    expect(
      problemsOf(suites(text))
        .map((problem) => problem.message)
        .join('\n'),
    ).toContain(message);
  });

  test('a value is not repeated in a problem', () => {
    const text = '  e2e: { command: [a], report: { junit: a }, env: { KEY: 12345678 } }';
    expect(JSON.stringify(problemsOf(suites(text)))).not.toContain('12345678');
    expect(brief(problemsOf(suites(text)))).toHaveLength(1);
  });
});
