import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { changing } from '../support/example.ts';
import { clickUnseen, deploys, patience, people, startWorld, type World } from '../support/world.ts';

const thousand = `<testsuite name="e2e">${Array.from({ length: 1_000 }, (_, index) => `<testcase name="case ${index}"/>`).join('')}</testsuite>`;

/** A thousand tests; of the suite `gate` five fail. */
const script = `
  const cases = (failing) => Array.from({ length: 1000 }, (_, index) =>
    '<testcase classname="test_' + Math.floor(index / 25) + '" name="case ' + index + '" time="0.01">' +
    (index < failing ? '<failure message="HTTP 403 at the upgrade after ' + index + ' ms"/>' : '') + '</testcase>').join('');
  fetch(process.env.SLIPWAY_URL + '/health').then((answer) => {
    const bad = process.env.SLIPWAY_SUITE === 'gate' || answer.status !== 200;
    process.stdout.write('<testsuite name="e2e">' + cases(bad ? 5 : 0) + '</testsuite>');
    process.exitCode = bad ? 1 : 0;
  });`;

const command = { command: [process.execPath, '-e', script], report: { junit: 'stdout' } };

const withSuites = (yaml: string) => {
  const changed = changing(({ services, environments }) => {
    for (const environment of Object.values(environments)) {
      Object.assign(environment, { rollout: { steps: [100], bake: '0s' } });
      Reflect.deleteProperty(environment, 'validation');
      Reflect.deleteProperty(environment, 'approval');
    }
    for (const service of Object.values(services)) Reflect.deleteProperty(service, 'validation');
    Object.assign(environments['production']!, { suites: { afterDeploy: ['gate'] } });
  })(yaml);
  const suites = {
    e2e: command,
    gate: command,
    job: {
      cloudRunJob: { job: 'e2e-tests', args: ['tests'] },
      report: { junit: 'gs://chat-staging-reports/${operation}.xml' },
    },
  };
  return stringify({ ...(parse(changed) as object), suites });
};

describe('test suites', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: withSuites });
    await world.start('start');
  });
  afterAll(() => world.stop());

  it('tell a thousand tests in one reply: failures first, the rest as numbers', async () => {
    await world.type('/validate staging suites:e2e,gate');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('failed');
    expect(thread.order).toEqual(['suites', 'report']);
    const told = thread.text('suites');
    expect(told).toContain('✓ *e2e: 1000 of 1000 tests passed*, 40 of 40 modules');
    expect(told).toContain('✗ *gate: 995 of 1000 tests passed*, 39 of 40 modules');
    expect(told).toContain('✗ 5 tests: `HTTP 403 at the upgrade after … ms`');
    expect(told).toContain('and 995 passed, 39 modules without a failure');
    expect(thread.text('root')).toContain('tests failed after');
    const files = await vi.waitFor(() => {
      const shared = world.slack.filesIn(deploys, thread.roots[0]!.ts);
      expect(shared.map(({ name }) => name)).toStrictEqual(['e2e-report.md', 'gate-report.md']);
      return shared;
    }, patience);
    expect(files[1]?.text).toContain('### test_0 › case 3');
  });

  it('take a deploy back where they gate', async () => {
    const before = world.cloud.service('chat-production/auth')!.serving;
    await world.type('/deploy auth production');
    const thread = await world.ended('production-1');
    expect(thread.state).toBe('rolled-back');
    expect(thread.text('suites')).toContain('SUITE_FAILED');
    expect(thread.text('suites')).toContain('✗ 5 tests: `HTTP 403 at the upgrade after … ms`');
    expect(world.cloud.service('chat-production/auth')!.serving).toEqual(before);
  });

  it('as a job of Cloud Run are followed, read from Cloud Storage, and cancelled', async () => {
    world.cloud.job('chat-staging/e2e-tests', ({ env, upload }) => {
      upload('chat-staging-reports', `${env['SLIPWAY_OPERATION']!}.xml`, thousand);
      return 0;
    });
    await world.type('/validate backend staging suites:job');
    const good = await world.ended('staging-2');
    expect(good.state).toBe('succeeded');
    expect(good.text('suites')).toContain('✓ *job: 1000 of 1000 tests passed*');
    const begun = new Promise<void>((resolve) => {
      world.cloud.job('chat-staging/e2e-tests', () => {
        resolve();
        return new Promise<number>(() => undefined);
      });
    });
    await world.type('/validate backend staging suites:job');
    await begun;
    await clickUnseen(world, 'staging-3', 'cancelled');
    expect((await world.ended('staging-3')).state).toBe('cancelled');
    expect(world.cloud.executions().map(({ state }) => state)).toStrictEqual(['succeeded', 'cancelled']);
  });

  it('that cannot be started are a blocker, and begin when it is gone', async () => {
    const name = 'projects/chat-staging/locations/us-central1/jobs/e2e-tests';
    world.cloud.job('chat-staging/e2e-tests', ({ env, upload }) => {
      upload('chat-staging-reports', `${env['SLIPWAY_OPERATION']!}.xml`, thousand);
      return 0;
    });
    world.cloud.access.take('run.jobs.runWithOverrides', name);
    await world.type('/validate backend staging suites:job');
    const thread = await world.ended('staging-4');
    expect(thread.state).toBe('blocked');
    expect(thread.order).toEqual(['preflight', 'report']);
    expect(thread.text('report')).toContain('permission run.jobs.runWithOverrides');
    expect(thread.text('report')).toContain('*Prevents* Run the test suite job');
    const [root] = thread.roots;
    expect(root?.text).toContain('*Run test suite job in staging*');
    world.cloud.access.give('run.jobs.runWithOverrides');
    await world.slack.click({ user: people.developer, channel: deploys, ts: root!.ts, actionId: 'retry' });
    expect((await world.ended('staging-5')).state).toBe('succeeded');
  });

  it('that are not there are refused, with those that are', async () => {
    const answer = await world.asked('/validate staging suites:smoke');
    expect(answer.text).toContain('UNKNOWN_SUITE');
    expect(answer.text).toContain('Suites: e2e, gate, job.');
  });
});
