import { describe, expect, it } from 'vitest';
import { lookAll, type PreflightCheck } from '../../jobs/steps/preflight/check.ts';
import { checksFor } from '../../jobs/steps/preflight/checks.ts';
import { build } from '../../jobs/steps/build.ts';
import { alive, backend } from '../cloud/support.ts';
import { begin, broken, done, requested, started, told } from '../support/operations.ts';
import { open, outcomeOf, preflightPlace } from '../support/preflight.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const place = async () => preflightPlace(redis.client());

describe('preflight', () => {
  it('finds everything ready, and says what', async () => {
    const { contextOf } = await place();
    const { found } = await outcomeOf(contextOf());
    expect(found).toMatchObject({ exists: true, warnings: [], unchecked: [] });
    expect(found?.ready).toEqual(
      expect.arrayContaining(['Docker daemon', 'Docker Buildx', 'Google credentials', 'Slack channel']),
    );
    expect(found?.ready).toContain(
      'permissions on projects/chat-staging/locations/us-central1/repositories/apps',
    );
  });

  it('tells all that stands in the way at once', async () => {
    const { contextOf, sandbox, docker } = await place();
    await docker.daemon(false);
    sandbox.access.take('run.services.update');
    sandbox.access.addSecret('projects/chat-staging/secrets/old', 'DISABLED');
    const secrets = {
      A: { secret: 'gone', version: 'latest' },
      B: { secret: 'old', version: '1' },
    };
    const { names, failure } = await outcomeOf(contextOf({ target: { template: { secrets } } }));
    expect(failure?.code).toBe('BLOCKED');
    expect(names?.toSorted()).toEqual([
      'Docker daemon',
      'permission run.services.update',
      'secret gone',
      'secret old',
    ]);
    expect(failure?.blockers?.find(({ what }) => what === 'secret old')?.evidence).toEqual([
      'projects/chat-staging/secrets/old/versions/1 is DISABLED',
    ]);
    expect(failure?.ready).toContain('Docker Buildx');
  });

  it('asks for what this deploy needs, where it can be granted', async () => {
    const { contextOf, sandbox } = await place();
    sandbox.access.take('cloudbuild.builds.create');
    sandbox.access.take('run.services.create');
    sandbox.access.take(
      'iam.serviceAccounts.actAs',
      'projects/-/serviceAccounts/chat@p.iam.gserviceaccount.com',
    );
    // Docker builds, the service exists, and it runs as the default account.
    expect((await outcomeOf(contextOf())).failure).toBeUndefined();
    const byCloudBuild = told(requested(), started);
    expect((await outcomeOf(contextOf({ operation: byCloudBuild }))).names).toEqual([
      'permission cloudbuild.builds.create',
    ]);
    const fresh = { run: 'new', template: { serviceAccount: 'chat@p.iam.gserviceaccount.com' } };
    expect((await outcomeOf(contextOf({ target: fresh }))).names).toEqual([
      'permission run.services.create',
      'permission iam.serviceAccounts.actAs',
    ]);
    // A ready image is not built by anybody.
    const image = `sha256:${'a'.repeat(64)}`;
    expect(
      (await outcomeOf(contextOf({ operation: told(requested({ image }), started) }))).failure,
    ).toBeUndefined();
  });

  it('does not need Docker for an image that the operation before a retry has built', async () => {
    const { contextOf, docker } = await place();
    await docker.daemon(false);
    const first = told(requested({ build: 'local' }), started, ...done('build'));
    const second = told(
      requested({ build: 'local', retryOf: 'staging-41' }),
      started,
      ...broken('preflight', 'BLOCKED'),
    );
    const operation = told(requested({ build: 'local', retryOf: 'staging-42' }), started);
    const others = { 'staging-41': first, 'staging-42': second };
    expect((await outcomeOf(contextOf({ operation, others }))).failure).toBeUndefined();
    expect(await build(contextOf({ operation, others }))).toMatchObject({
      kind: 'finished',
      result: first.results.build!,
    });
    expect((await outcomeOf(contextOf({ operation }))).names).toEqual(['Docker daemon']);
  });

  it('looks at a connected repository, and at its connection', async () => {
    const { contextOf, sandbox } = await place();
    const repository = 'projects/chat-staging/locations/us-central1/connections/github/repositories/chat';
    const operation = told(requested(), started);
    const target = { build: { ...backend.build, repository } };
    const look = async () => (await outcomeOf(contextOf({ target, operation }))).failure?.blockers?.[0];
    expect((await look())?.evidence[0]).toContain('was not found');
    const uri = 'https://github.com/example/chat.git';
    sandbox.connections.connect(repository, uri, { stage: 'PENDING_USER_OAUTH', message: 'Please log in' });
    expect((await look())?.evidence[0]).toContain('connections/github is PENDING_USER_OAUTH: Please log in');
    sandbox.connections.connect(repository, uri);
    expect(await look()).toBeUndefined();
    // Docker cannot fetch from there.
    const local = await outcomeOf(contextOf({ target }));
    expect(local.names).toEqual(['source for Docker']);
  });

  it('takes nothing for a blocker that could not be determined', async () => {
    const { contextOf, sandbox } = await place();
    sandbox.access.take('secretmanager.versions.get');
    sandbox.access.take('artifactregistry.repositories.uploadArtifacts');
    sandbox.faults.fail('ListRevisions', 'PERMISSION_DENIED', 5);
    const { found } = await outcomeOf(
      contextOf({
        target: { template: { secrets: { A: { secret: 's', version: '1' } } } },
        channel: () => ({ kind: 'unknown', why: 'missing_scope' }),
      }),
    );
    expect(found?.unchecked?.toSorted()).toEqual([
      'Slack channel C0DEPLOYS: missing_scope',
      expect.stringContaining(
        "quota of revisions: Counting the revisions of backend: Permission 'run.revisions.list'",
      ),
      expect.stringContaining('secrets: Reading projects/chat-staging/secrets/s/versions/1: Permission'),
    ]);
    expect(found?.warnings).toEqual([expect.stringContaining('Docker may push with other credentials')]);
  });

  it('needs one place where the thread can be', async () => {
    const { contextOf } = await place();
    const closed = { kind: 'closed', why: 'is_archived' } as const;
    const one = await outcomeOf(contextOf({ channel: (id) => (id === 'C0DEPLOYS' ? closed : open) }));
    expect(one.found?.warnings).toEqual([expect.stringContaining('is_archived')]);
    expect((await outcomeOf(contextOf({ channel: () => closed }))).names).toEqual(['Slack channel']);
  });

  it('asks a rollback for no more than it does', async () => {
    const { contextOf, sandbox, docker } = await place();
    await docker.daemon(false);
    for (const permission of ['cloudbuild.builds.create', 'artifactregistry.repositories.downloadArtifacts'])
      sandbox.access.take(permission);
    const operation = told(
      requested({ kind: 'rollback', plan: ['preflight', 'choose', 'shift', 'verify'] }),
      started,
    );
    expect((await outcomeOf(contextOf({ operation }))).failure).toBeUndefined();
    sandbox.access.take('run.services.update');
    expect((await outcomeOf(contextOf({ operation }))).names).toEqual(['permission run.services.update']);
  });

  it('asks side by side, and lets go with the step', async () => {
    const { contextOf } = await place();
    const stop = new AbortController();
    let waiting = 0;
    const slow: PreflightCheck = {
      what: 'slow',
      look: async () => {
        waiting += 1;
        if (waiting === 2) stop.abort(new Error('shutdown'));
        return new Promise(() => undefined);
      },
    };
    const context = { ...contextOf(), signal: stop.signal, service: () => Promise.resolve(undefined) };
    await expect(lookAll([slow, { ...slow }], context)).rejects.toThrow('shutdown');
    const broke: PreflightCheck = { what: 'odd', look: () => Promise.reject(new Error('no idea')) };
    const found = await lookAll([broke], { ...context, signal: alive });
    expect(found).toMatchObject({ unchecked: ['odd: no idea'], blockers: [], ready: [] });
  });

  it('asks each question once, however many steps need its answer', () => {
    const checks = checksFor(told(requested()));
    expect(new Set(checks).size).toBe(checks.length);
  });
});

it('an image that a worker pushed before it died is not built again', async () => {
  const { contextOf, docker } = await place();
  const first = await build(contextOf());
  expect(first).toMatchObject({ kind: 'finished' });
  const taken = told(requested({ build: 'local' }), started, ...done('preflight'), begin('build'));
  const { build: _, ...rest } = first.kind === 'finished' ? first.result : { build: '' };
  const { commit: __, ...image } = { commit: '', ...rest };
  expect(await build(contextOf({ operation: taken }))).toMatchObject({ kind: 'finished', result: image });
  expect(docker.builds()).toBe(1);
});
