import { describe, expect, it } from 'vitest';
import type { SuitePlan } from '../../../../src/domain/suite/plan.ts';
import type { TargetSuites } from '../../../../src/domain/target.ts';
import { requested, started, told } from '../../../support/operations.ts';
import { outcomeOf, preflightPlace } from '../../../support/preflight.ts';
import { useRedis } from '../../../support/redis.ts';
import { roundsRequested } from '../../../support/rounds.ts';

const redis = useRedis();
const bucket = 'chat-staging-reports';
const jobName = 'projects/chat-staging/locations/us-central1/jobs/e2e-tests';

const command: SuitePlan = {
  name: 'e2e',
  run: { kind: 'command', command: ['sh', '-c', 'true'], base: { PATH: '/usr/bin:/bin' } },
  report: { format: 'junit', from: { kind: 'stdout' } },
  timeoutMs: 1_000,
  env: {},
};
const job: SuitePlan = {
  ...command,
  name: 'job',
  run: { kind: 'cloud-run-job', job: 'e2e-tests', project: 'chat-staging', region: 'us-central1' },
  report: { format: 'junit', from: { kind: 'object', bucket, object: '${operation}.xml' } },
};
const with_ = (...plans: readonly SuitePlan[]): TargetSuites => ({
  plans: Object.fromEntries(plans.map((plan) => [plan.name, plan])),
  afterDeploy: [],
  places: [],
});
const tests = (...names: readonly string[]) =>
  told(
    requested({
      kind: 'validate',
      plan: ['preflight', 'suites'],
      suites: { names: [...names], gate: false },
    }),
    started,
  );

describe('the preflight of test suites', () => {
  it('finds programs, jobs and buckets', async () => {
    const { contextOf, sandbox } = await preflightPlace(redis.client());
    sandbox.job('chat-staging/e2e-tests', () => 0);
    const { found } = await outcomeOf(
      contextOf({ target: { suites: with_(command, job) }, operation: tests('e2e', 'job') }),
    );
    expect(found).toMatchObject({ split: [], warnings: [], unchecked: [] });
    expect(found?.ready?.toSorted()).toEqual([
      'Google credentials',
      'Slack channel',
      `bucket ${bucket}`,
      `permissions on ${jobName}`,
      'suite e2e',
    ]);
  });

  it('tells what cannot be started, each with what is read and what to do', async () => {
    const { contextOf, sandbox } = await preflightPlace(redis.client());
    sandbox.removeBucket(bucket);
    const bare = { ...command.run, command: ['pytest-of-nobody'] } as SuitePlan['run'];
    const lost = { ...command.run, cwd: '/nowhere/at/all' } as SuitePlan['run'];
    const suites = with_({ ...command, run: bare }, { ...command, name: 'lost', run: lost }, job);
    const operation = tests('e2e', 'lost', 'job');
    const { failure, names } = await outcomeOf(contextOf({ target: { suites }, operation }));
    expect(names?.toSorted()).toEqual([`bucket ${bucket}`, 'job e2e-tests', 'suite e2e', 'suite lost']);
    const evidence = Object.fromEntries(
      (failure?.blockers ?? []).map(({ what, evidence: [read] }) => [what, read]),
    );
    expect(evidence).toEqual({
      'suite e2e': 'pytest-of-nobody is in no folder of the PATH',
      'suite lost': 'There is no folder /nowhere/at/all',
      'job e2e-tests': expect.stringContaining('does not exist') as string,
      [`bucket ${bucket}`]: `gs://${bucket}: HTTP 404: The specified bucket does not exist.`,
    });
    expect(failure?.blockers?.map(({ prevents }) => prevents)).toContain('Run the test suite lost');
  });

  it('asks only for what will be run, and whether it may be run with other variables', async () => {
    const { contextOf, sandbox } = await preflightPlace(redis.client());
    const suites = with_(command, job);
    expect((await outcomeOf(contextOf({ target: { suites }, operation: tests('e2e') }))).failure).toBe(
      undefined,
    );
    sandbox.job('chat-staging/e2e-tests', () => 0);
    sandbox.access.take('run.jobs.runWithOverrides', jobName);
    sandbox.access.take('storage.objects.get', `b/${bucket}`);
    // Whoever may not read the job may run it all the same.
    sandbox.faults.fail('GetJob', 'PERMISSION_DENIED', 5);
    const operation = tests('job');
    expect((await outcomeOf(contextOf({ target: { suites }, operation }))).names).toEqual([
      'permission run.jobs.runWithOverrides',
    ]);
    sandbox.access.give('run.jobs.runWithOverrides');
    const { found } = await outcomeOf(contextOf({ target: { suites }, operation }));
    expect(found?.warnings).toEqual([expect.stringContaining('does not have storage.objects.get')]);
  });

  it('belongs to a deploy that runs them at its end', async () => {
    const { contextOf } = await preflightPlace(redis.client());
    const suites = { ...with_(job), afterDeploy: ['job'] };
    const plan = ['preflight', 'build', 'candidate', 'prove', 'shift', 'verify', 'suites'] as const;
    const operation = told(requested({ plan: [...plan] }), started);
    expect((await outcomeOf(contextOf({ target: { suites }, operation }))).names).toEqual(['job e2e-tests']);
  });
});

/** One that nobody runs. */
const triggerIn = (location: string) => ({
  project: 'chat-staging',
  location,
  name: 'backend-main',
  repository: 'https://github.com/example/chat.git',
  commitOf: () => undefined,
  steps: [],
  work: () => Promise.reject(new Error('nobody runs it')),
});

describe('the preflight of rounds', () => {
  it('needs the trigger whose builds begin them, in the region of the service', async () => {
    const { contextOf, sandbox } = await preflightPlace(redis.client());
    const { build } = contextOf().target;
    const target = { build: { ...build, trigger: 'backend-main' } };
    const watching = told(roundsRequested({ rounds: { max: 3, watch: true } }), started);
    sandbox.triggers.define(triggerIn('europe-west1'));
    const { names, failure } = await outcomeOf(contextOf({ target, operation: watching }));
    expect(names).toEqual(['trigger backend-main']);
    expect(failure?.blockers?.[0]?.advice).toContain('us-central1');
    expect(
      (await outcomeOf(contextOf({ target, operation: told(roundsRequested(), started) }))).failure,
    ).toBe(undefined);
    sandbox.triggers.define(triggerIn('us-central1'));
    const { found } = await outcomeOf(contextOf({ target, operation: watching }));
    expect(found?.ready).toContain('trigger backend-main');
  });
});
