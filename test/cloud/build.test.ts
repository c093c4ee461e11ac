import { describe, expect, it } from 'vitest';
import type { BuildRequest } from '../../src/cloud/build.ts';
import { alive, answered, backend, type CloudOfTests, registry, startCloud } from './support.ts';

const request = (more: Partial<BuildRequest> = {}): BuildRequest => ({
  target: backend,
  ref: 'main',
  tag: 'slipway-staging-42-k3f9ab',
  imageTag: 'staging-42-k3f9ab',
  ...more,
});
const run = async ({ build }: CloudOfTests, wanted = request()) =>
  build.end(await build.start(wanted, alive), backend, alive);

describe('a build', () => {
  it('ends with the digest of the image', async () => {
    const cloud = await startCloud();
    const end = await run(cloud);
    expect(end).toMatchObject({
      kind: 'built',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    });
    const [made] = cloud.sandbox.builds();
    expect(made).toMatchObject({ ref: 'main', tags: [request().tag], status: 'SUCCESS' });
    expect(made?.images[0]?.name).toBe(`${registry}:staging-42-k3f9ab`);
  });

  it('is one, however often it is started', async () => {
    const cloud = await startCloud();
    const names = [
      await cloud.build.start(request(), alive),
      await cloud.build.start(request(), alive),
      await cloud.build.start(request({ ref: 'other' }), alive),
    ];
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^projects\/[^/]+\/locations\/us-central1\/builds\/./);
    expect(cloud.sandbox.builds()).toHaveLength(1);
    await run(cloud);
    expect(await cloud.build.start(request(), alive)).toBe(names[0]);
  });

  it.each(['UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const)(
    'is one when the answer was lost: %s',
    async (code) => {
      const cloud = await startCloud();
      cloud.sandbox.faults.fail('CreateBuild', code, 1, 'after');
      const name = await cloud.build.start(request(), alive);
      expect(cloud.sandbox.builds().map(({ name: made }) => made)).toEqual([name]);
      expect(answered(cloud, 'CreateBuild')).toBe(1);
    },
  );

  it('is started when the first try did not arrive', async () => {
    const cloud = await startCloud();
    cloud.sandbox.faults.fail('CreateBuild', 'UNAVAILABLE', 1, 'before');
    await cloud.build.start(request(), alive);
    expect(cloud.sandbox.builds()).toHaveLength(1);
  });

  it('is not that of another operation', async () => {
    const cloud = await startCloud();
    const one = await cloud.build.start(request(), alive);
    const other = await cloud.build.start(request({ tag: `${request().tag}x` }), alive);
    expect(other).not.toBe(one);
  });

  it('that may not be started says so, once', async () => {
    const cloud = await startCloud();
    cloud.sandbox.faults.fail('CreateBuild', 'PERMISSION_DENIED', 5);
    const starting = cloud.build.start(request(), alive);
    await expect(starting).rejects.toMatchObject({ name: 'CloudError', code: 7 });
    await expect(starting).rejects.toThrow('Starting the build of backend: Permission');
    expect(answered(cloud, 'CreateBuild')).toBe(1);
  });
});

describe('a build that fails', () => {
  it('names its step', async () => {
    const end = await run(await startCloud(), request({ ref: 'build-broken' }));
    expect(end).toMatchObject({
      kind: 'failed',
      status: 'FAILURE',
      step: { index: 0, name: 'docker build', exitCode: 1 },
    });
    expect(end).toMatchObject({ detail: expect.stringContaining('non-zero status: 1') as string });
  });

  it('without a step says why', async () => {
    const end = await run(await startCloud(), request({ ref: 'no-such-branch' }));
    expect(end).toMatchObject({ kind: 'failed', status: 'FAILURE' });
    expect(end).not.toHaveProperty('step');
    expect(JSON.stringify(end)).toContain("couldn't find remote ref no-such-branch");
  });

  it('because somebody cancelled it is no image', async () => {
    const cloud = await startCloud({ pace: 1 });
    const name = await cloud.build.start(request(), alive);
    await cloud.google.builds.cancelBuild({ name });
    expect(await cloud.build.end(name, backend, alive)).toMatchObject({
      kind: 'failed',
      status: 'CANCELLED',
    });
  });
});

it('a worker that must let go does not wait for the end of a build', async () => {
  const cloud = await startCloud({ pace: 1 });
  const name = await cloud.build.start(request(), alive);
  const controller = new AbortController();
  const ending = cloud.build.end(name, backend, controller.signal);
  await expect.poll(() => answered(cloud, 'GetBuild')).toBeGreaterThan(0);
  controller.abort(new Error('shutdown'));
  await expect(ending).rejects.toThrow(/shutdown|aborted/);
});
