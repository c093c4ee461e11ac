import { protos } from '@google-cloud/cloudbuild';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { behaviourOf } from '../../../src/sandbox/cloud/refs.ts';
import { buildRequest, PARENT, QUICK, startCloud, until, type Build, type Clients } from './support.ts';

async function failedBuild(clients: Clients, ref: string) {
  const [operation] = await clients.builds.createBuild({ parent: PARENT, build: buildRequest(ref) }, QUICK);
  await expect(operation.promise()).rejects.toThrow('Build failed; check build logs for details');
  const [found] = await clients.builds.listBuilds({ parent: PARENT, projectId: 'chat-staging' });
  return found[0]!;
}

async function linesOf(clients: Clients, id: string): Promise<string[]> {
  const filter = `resource.type="build" AND resource.labels.build_id="${id}"`;
  return until(async () => {
    const [entries] = await clients.logs.listLogEntries({
      resourceNames: ['projects/chat-staging'],
      filter,
      pageSize: 1000,
    });
    const lines = entries.map(({ textPayload }) => textPayload ?? '');
    return lines.some((line) => /^(ERROR: |DONE)/.test(line)) && lines;
  }, 'the log of the build');
}

describe('Cloud Build', () => {
  it('goes from queued to success, with steps, digest and logs', async () => {
    const { cloud, ...clients } = await startCloud();
    const [operation] = await clients.builds.createBuild(
      { parent: PARENT, build: buildRequest('feature/a') },
      QUICK,
    );
    const { build: started } = operation.metadata as unknown as { build: Build };
    // Long-running results hold the enum's number.
    expect(started.status).toBe(protos.google.devtools.cloudbuild.v1.Build.Status.QUEUED);
    const { id, name } = started;
    expect(name).toBe(`${PARENT}/builds/${id!}`);
    const seen = new Set<string>();
    await until(() => {
      seen.add(cloud.builds()[0]!.status);
      return cloud.builds()[0]!.status === 'SUCCESS';
    });
    expect([...seen].slice(-2)).toEqual(['WORKING', 'SUCCESS']);

    const [build] = await clients.builds.getBuild({ name: name! });
    expect(build).toMatchObject({ status: 'SUCCESS', tags: ['op-42'], projectId: 'chat-staging' });
    expect(build.steps?.map((step) => [step.id, step.status, step.exitCode])).toEqual([
      ['lint', 'SUCCESS', 0],
      ['test', 'SUCCESS', 0],
      ['build', 'SUCCESS', 0],
    ]);
    expect(build.results?.images?.[0]?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(cloud.builds()).toMatchObject([{ id, ref: 'feature/a', tags: ['op-42'] }]);

    const step = 'resource.type="build" AND labels.build_step="Step #1 - \\"test\\""';
    const entries = await until(async () => {
      const [found] = await clients.logs.listLogEntries({
        resourceNames: ['projects/chat-staging'],
        filter: step,
      });
      return found.length >= 3 && found;
    });
    expect(entries.at(-1)?.logName).toBe('projects/chat-staging/logs/cloudbuild');
    expect(entries.at(-1)?.textPayload).toContain('128 passed');
  });

  it('fails in the test step of build-broken, and the log ends in the real error', async () => {
    const clients = await startCloud();
    const build = await failedBuild(clients, 'build-broken');
    expect(build.steps?.map((step) => step.status)).toEqual(['FAILURE', 'QUEUED', 'QUEUED']);
    expect(build.steps?.[0]?.exitCode).toBe(1);
    expect(build.failureInfo).toMatchObject({ type: 'USER_BUILD_STEP' });
    expect(build.results?.images).toEqual([]);
    const lines = await linesOf(clients, build.id!);
    expect(lines.at(-3)).toContain("AssertionError: assert 'general' == 'billing'");
  });

  it('fails to fetch a ref that does not exist', async () => {
    const clients = await startCloud();
    const build = await failedBuild(clients, 'nonsense');
    expect(build.failureInfo).toMatchObject({ type: 'FETCH_SOURCE_FAILED' });
    expect(build.steps?.every((step) => step.status === 'QUEUED')).toBe(true);
    expect(await linesOf(clients, build.id!)).toContain("fatal: couldn't find remote ref nonsense");
  });

  it('lists by tag in the region, and finds nothing in the global one', async () => {
    const { cloud, builds } = await startCloud();
    await builds.createBuild({
      parent: PARENT,
      build: { ...buildRequest('main'), tags: ['op-1', 'slipway'] },
    });
    await builds.createBuild({
      parent: PARENT,
      build: { ...buildRequest('main'), tags: ['op-2', 'slipway'] },
    });
    const tagged = async (filter: string) =>
      (await builds.listBuilds({ parent: PARENT, projectId: 'chat-staging', filter }))[0].map(
        ({ tags }) => tags?.[0],
      );
    expect(await tagged('tags="op-1"')).toEqual(['op-1']);
    expect(await tagged('tags=slipway')).toEqual(['op-2', 'op-1']);
    expect(await tagged('tags="op-1" AND tags="op-2"')).toEqual([]);
    await expect(tagged('tags:op-1')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    const { id } = cloud.builds()[0]!;
    await expect(builds.getBuild({ projectId: 'chat-staging', id })).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
  });

  it('cancels a build once', async () => {
    const { cloud, builds } = await startCloud({ pace: 1 });
    await builds.createBuild({ parent: PARENT, build: buildRequest('main') });
    const { name } = cloud.builds()[0]!;
    await until(() => cloud.builds()[0]!.status === 'WORKING');
    const [cancelled] = await builds.cancelBuild({ name });
    expect(cancelled).toMatchObject({ status: 'CANCELLED' });
    expect(cancelled.finishTime).toBeTruthy();
    await expect(builds.cancelBuild({ name })).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
    });
  });

  it('refuses a build without steps', async () => {
    const { builds } = await startCloud();
    await expect(builds.createBuild({ parent: PARENT, build: { images: ['x'] } })).rejects.toThrow(
      'no build steps',
    );
  });
});

describe('refs', () => {
  it.each(['main', 'refs/heads/main', 'feature/x', 'release-1.2', 'v1.2.3', 'a'.repeat(40)])(
    '%s works',
    (ref) => {
      expect(behaviourOf(ref)).toEqual({});
    },
  );

  it.each(['nonsense', 'v1', 'abc1234', 'constructor'])('%s is not there', (ref) => {
    expect(behaviourOf(ref)).toBeUndefined();
  });
});
