import { describe, expect, it } from 'vitest';
import { carry, earlier } from '../../src/cloud/carry.ts';
import { alive, answered, backend, built, type CloudOfTests, inWorld, startCloud } from './support.ts';

const revision = 'backend-r42-k3f9ab';
const target = {
  ...backend,
  template: { env: { LOG_LEVEL: 'debug' }, memory: '1Gi', ingress: 'internal' as const },
};

/** A candidate with a template and an ingress of its own; gives the name of the revision before. */
async function withCandidate(cloud: CloudOfTests): Promise<string> {
  const stable = (await cloud.run.settled(backend, alive)).carries;
  const image = await built(cloud, 'main');
  await cloud.run.createCandidate({ target, revision, tag: 'op42', image, operation: 'staging-42' }, alive);
  await cloud.run.readiness(target, revision, alive);
  await cloud.run.settled(target, alive);
  return stable;
}

const truth = ({ sandbox }: CloudOfTests) => sandbox.service(inWorld)!;

describe('the template of the service', () => {
  it('is given back without a new revision, and nobody is moved', async () => {
    const cloud = await startCloud();
    const { env, serving } = truth(cloud);
    const stable = await withCandidate(cloud);
    expect(truth(cloud).env).toMatchObject({ LOG_LEVEL: 'debug' });
    expect(await earlier(cloud.run, { target, revision, instead: 'x' }, alive)).toBe(stable);

    const move = { target, from: revision, to: stable };
    expect(await carry(cloud.run, move, alive)).toEqual({ revision: stable });
    expect(truth(cloud)).toMatchObject({ env, serving });
    expect(cloud.sandbox.revisions(inWorld)).toHaveLength(2);

    const writes = answered(cloud, 'UpdateService');
    expect(await carry(cloud.run, move, alive)).toEqual({ revision: stable });
    expect(answered(cloud, 'UpdateService')).toBe(writes);
  });

  it('stays when it is somebody else’s by now', async () => {
    const cloud = await startCloud();
    const stable = await withCandidate(cloud);
    cloud.sandbox.editEnv(inWorld, { HOTFIX: '1' });
    const { revision: carried } = await carry(cloud.run, { target, from: revision, to: stable }, alive);
    expect([stable, revision]).not.toContain(carried);
    expect(truth(cloud).env).toMatchObject({ HOTFIX: '1' });
  });

  it('stays, and is told, when Cloud Run refuses or the revision has gone', async () => {
    const cloud = await startCloud();
    const stable = await withCandidate(cloud);
    cloud.sandbox.faults.fail('UpdateService', 'PERMISSION_DENIED');
    const refused = await carry(cloud.run, { target, from: revision, to: stable }, alive);
    expect(refused).toMatchObject({ revision, problem: expect.stringContaining('Permission') as string });
    const gone = await carry(cloud.run, { target, from: revision, to: 'backend-00001-abc' }, alive);
    expect(gone).toEqual({ revision, problem: 'Cloud Run no longer has backend-00001-abc' });
  });

  it('is that of whom users are on, where there is nothing better', async () => {
    const cloud = await startCloud();
    const instead = (await cloud.run.settled(backend, alive)).carries;
    cloud.sandbox.editTraffic(inWorld, { [instead]: 100 });
    cloud.sandbox.editService(inWorld, (draft) => {
      draft.template.containers[0]!.image = `${backend.build.image}@sha256:${'0'.repeat(64)}`;
    });
    const failed = (await cloud.run.settled(backend, alive)).carries;
    await withCandidate(cloud);
    expect(failed).not.toBe(instead);
    expect(await earlier(cloud.run, { target, revision, instead }, alive)).toBe(instead);
    // What was made by hand has only inherited what slipway wrote.
    cloud.sandbox.editEnv(inWorld, { HOTFIX: '1' });
    const byHand = (await cloud.run.settled(target, alive)).carries;
    expect(await earlier(cloud.run, { target, revision: byHand, instead }, alive)).toBe(instead);
  });
});

describe('the ingress', () => {
  it('is not the candidate’s: it comes with the users, and goes back with them', async () => {
    const cloud = await startCloud();
    const stable = await withCandidate(cloud);
    const ingress = async () => (await cloud.run.settled(target, alive)).ingress;
    expect(await ingress()).toBe('all');
    const split = [{ revision, percent: 100 }];
    await cloud.run.setTraffic(target, { split, ingress: 'internal' }, alive);
    expect(await ingress()).toBe('internal');
    await cloud.run.setTraffic(target, { split }, alive);
    expect(await ingress()).toBe('internal');
    await cloud.run.setTraffic(
      target,
      { split: [{ revision: stable, percent: 100 }], ingress: 'all' },
      alive,
    );
    expect(await ingress()).toBe('all');
  });
});
