import { describe, expect, it } from 'vitest';
import { alive, backend, built, type CloudOfTests, startCloud } from './support.ts';

const good = 'c0ffee'.padEnd(40, '0');
const older = 'b0bbed'.padEnd(40, '0');
/** Its build does not end well. */
const broken = 'dead'.padEnd(40, '0');

function define({ sandbox }: CloudOfTests, name: string): void {
  sandbox.triggers.define({
    project: backend.project,
    location: backend.region,
    name,
    repository: backend.build.repository,
    commitOf: (_, ref) => ref,
    steps: [{ id: 'build', name: 'gcr.io/cloud-builders/docker', script: 'docker build .' }],
    work: ({ commit }) => Promise.resolve(commit === broken ? 1 : 0),
  });
}

/** As somebody else runs it: nothing of slipway's is in it. */
async function triggered(
  { google, build }: CloudOfTests,
  triggerId: string,
  commitSha: string,
): Promise<void> {
  const name = `projects/${backend.project}/locations/${backend.region}/triggers/${triggerId}`;
  const [operation] = await google.builds.runBuildTrigger({ name, source: { commitSha } });
  const { build: made } = operation.metadata as unknown as { build: { name: string } };
  await build.end(made.name, backend, alive);
}

const place = { ...backend, trigger: 'backend-main' };

describe('the newest build of a trigger', () => {
  it('is known by its commit', async () => {
    const cloud = await startCloud();
    define(cloud, 'backend-main');
    await triggered(cloud, 'backend-main', older);
    await triggered(cloud, 'backend-main', good);
    expect(await cloud.triggers.newest(place, 0, alive)).toBe(good);
  });

  it('is none of another trigger, that failed, of a deploy, or from before', async () => {
    const cloud = await startCloud();
    for (const name of ['backend-main', 'auth-main']) define(cloud, name);
    await triggered(cloud, 'auth-main', good);
    await triggered(cloud, 'backend-main', broken);
    await built(cloud, 'main');
    expect(await cloud.triggers.newest(place, 0, alive)).toBeUndefined();
    await triggered(cloud, 'backend-main', good);
    expect(await cloud.triggers.newest(place, 0, alive)).toBe(good);
    expect(await cloud.triggers.newest(place, Date.now() + 60_000, alive)).toBeUndefined();
  });

  it('is none of a trigger that is not there', async () => {
    const cloud = await startCloud();
    expect(await cloud.triggers.newest(place, 0, alive)).toBeUndefined();
    expect(await cloud.triggers.problem(place, alive)).toContain('not found');
  });
});
