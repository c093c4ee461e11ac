import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../src/cloud/candidate.ts';
import { CloudError } from '../../src/cloud/errors.ts';
import { alive, answered, backend, built, type CloudOfTests, inWorld, startCloud } from './support.ts';

const revision = 'backend-r42-k3f9ab';
const tag = 'op42';
const image = (cloud: CloudOfTests, ref = 'main') => built(cloud, ref);
const candidate = (built: string, more: Partial<Candidate> = {}): Candidate => ({
  target: backend,
  revision,
  tag,
  image: built,
  operation: 'staging-42',
  ...more,
});
const stableOf = ({ sandbox }: CloudOfTests) => Object.keys(sandbox.service(inWorld)!.serving)[0]!;
const revisionsOf = ({ sandbox }: CloudOfTests, name = inWorld) =>
  sandbox.revisions(name).map(({ name: n }) => n);
const codeOf = async (call: Promise<unknown>) => {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  return error instanceof CloudError ? error.code : error;
};

describe('a service', () => {
  it('is seen as it serves', async () => {
    const cloud = await startCloud();
    const service = await cloud.run.service(backend, alive);
    const truth = cloud.sandbox.service(inWorld)!;
    expect(service).toMatchObject({ settled: true, problem: undefined, url: truth.uri, image: truth.image });
    // Its traffic follows LATEST: the name is what users get.
    expect(service?.serving).toEqual([{ revision: stableOf(cloud), percent: 100 }]);
    expect(service?.tags).toEqual([]);
  });

  it('that does not exist is no fault; one that may not be read is', async () => {
    const { run } = await startCloud();
    expect(await run.service({ ...backend, run: 'nothing' }, alive)).toBeUndefined();
    const denied = run.service({ ...backend, project: 'other' }, alive);
    expect(await codeOf(denied)).toBe(7);
    await expect(denied).rejects.toThrow("Reading backend: Permission 'run.services.get' denied");
  });

  it('is read again while Google is away', async () => {
    const cloud = await startCloud();
    cloud.sandbox.faults.fail('GetService', 'UNAVAILABLE', 1);
    expect(await cloud.run.service(backend, alive)).toBeDefined();
    expect(answered(cloud, 'GetService')).toBe(2);
  });

  it('bears a hash of what is deployed, and of nothing else', async () => {
    const cloud = await startCloud();
    const hash = async () => (await cloud.run.settled(backend, alive)).template;
    const before = await hash();
    cloud.sandbox.editService(inWorld, (draft) => {
      draft.labels['team'] = 'chat';
    });
    expect(await hash()).toBe(before);
    cloud.sandbox.editService(inWorld, (draft) => {
      draft.template.containers[0]!.env = [{ name: 'LOG_LEVEL', value: 'debug' }];
    });
    expect(await hash()).not.toBe(before);
  });
});

describe('a candidate', () => {
  it('gets a URL of its own and no user, and LATEST is pinned', async () => {
    const cloud = await startCloud();
    const stable = stableOf(cloud);
    expect(cloud.sandbox.service(inWorld)!.traffic.map(({ revision: name }) => name)).toEqual(['']);
    await cloud.run.createCandidate(candidate(await image(cloud)), alive);
    expect(await cloud.run.readiness(backend, revision, alive)).toEqual({ kind: 'ready' });
    const service = await cloud.run.settled(backend, alive);
    expect(service.serving).toEqual([{ revision: stable, percent: 100 }]);
    expect(service.tags).toEqual([{ tag, revision, url: expect.stringMatching(/^http/) as string }]);
    const wanted = cloud.sandbox.service(inWorld)!.traffic;
    expect(wanted.map(({ revision: name, percent }) => [name, percent])).toEqual([
      [stable, 100],
      [revision, 0],
    ]);
    const health = await fetch(new URL('/health', service.tags[0]!.url));
    expect(await health.json()).toMatchObject({ revision });
  });

  it('keeps all of the template but the image', async () => {
    const cloud = await startCloud();
    const { env } = cloud.sandbox.service(inWorld)!;
    const wanted = await image(cloud);
    await cloud.run.createCandidate(candidate(wanted), alive);
    expect(cloud.sandbox.service(inWorld)).toMatchObject({ env, image: wanted });
  });

  it('asked for twice is one revision', async () => {
    const cloud = await startCloud();
    const wanted = candidate(await image(cloud));
    await cloud.run.createCandidate(wanted, alive);
    await cloud.run.createCandidate(wanted, alive);
    expect(answered(cloud, 'UpdateService')).toBe(1);
    expect(revisionsOf(cloud).filter((name) => name === revision)).toHaveLength(1);
    expect(revisionsOf(cloud)).toHaveLength(2);
  });

  it('whose answer was lost is one revision', async () => {
    const cloud = await startCloud();
    const wanted = candidate(await image(cloud));
    const { generation } = cloud.sandbox.service(inWorld)!;
    cloud.sandbox.faults.fail('UpdateService', 'UNAVAILABLE', 1, 'after');
    await cloud.run.createCandidate(wanted, alive);
    expect(revisionsOf(cloud)).toHaveLength(2);
    expect(cloud.sandbox.service(inWorld)!.generation).toBe(generation + 1);
  });

  it('is made although somebody else wrote in between, and their change stays', async () => {
    const cloud = await startCloud();
    const wanted = candidate(await image(cloud));
    const release = cloud.sandbox.faults.hold('UpdateService');
    const creating = cloud.run.createCandidate(wanted, alive);
    await expect.poll(() => cloud.sandbox.faults.held('UpdateService')).toBe(1);
    cloud.sandbox.editService(inWorld, (draft) => {
      draft.labels['team'] = 'chat';
      draft.template.containers[0]!.env = [{ name: 'LOG_LEVEL', value: 'debug' }];
    });
    release();
    await creating;
    const updates = cloud.sandbox.calls().filter(({ method }) => method === 'UpdateService');
    expect(updates.map(({ code }) => code)).toEqual([10, 0]);
    expect(cloud.sandbox.service(inWorld)).toMatchObject({
      labels: { team: 'chat' },
      env: { LOG_LEVEL: 'debug' },
      latestCreatedRevision: revision,
    });
  });

  it('is given up when somebody else is always faster', async () => {
    const cloud = await startCloud();
    cloud.sandbox.faults.fail('UpdateService', 'ABORTED', 100);
    expect(await codeOf(cloud.run.createCandidate(candidate(await image(cloud)), alive))).toBe(10);
    expect(answered(cloud, 'UpdateService')).toBe(10);
  });

  it('that may not be made is not tried again', async () => {
    const cloud = await startCloud();
    const wanted = candidate(await image(cloud));
    cloud.sandbox.faults.fail('UpdateService', 'PERMISSION_DENIED', 5);
    const creating = cloud.run.createCandidate(wanted, alive);
    expect(await codeOf(creating)).toBe(7);
    await expect(creating).rejects.toThrow("Updating backend: Permission 'run.services.update' denied");
    expect(answered(cloud, 'UpdateService')).toBe(1);
  });

  it('takes no tag away that is somebody else’s', async () => {
    const cloud = await startCloud();
    const stable = stableOf(cloud);
    const type = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
    cloud.sandbox.editService(inWorld, (draft) => {
      draft.traffic = [
        { type, revision: stable, percent: 100, tag: 'blue' },
        { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', revision: '', percent: 0, tag: 'newest' },
      ];
    });
    await cloud.run.settled(backend, alive);
    await cloud.run.createCandidate(candidate(await image(cloud)), alive);
    const service = await cloud.run.settled(backend, alive);
    expect(service.serving).toEqual([{ revision: stable, percent: 100 }]);
    const tags = Object.fromEntries(service.tags.map((entry) => [entry.tag, entry.revision]));
    expect(tags).toEqual({ blue: stable, newest: revision, [tag]: revision });
  });
});

describe('the first deploy of a service', () => {
  const target = { ...backend, service: 'search', run: 'search' };
  const name = 'chat-staging/search';
  const first = (built: string) => candidate(built, { target, revision: 'search-r1-abc234' });

  it.each(['no answer is lost', 'the answer is lost'])('makes it, once: %s', async (what) => {
    const cloud = await startCloud();
    const wanted = first(await image(cloud));
    if (what === 'the answer is lost') cloud.sandbox.faults.fail('CreateService', 'UNAVAILABLE', 1, 'after');
    await cloud.run.createCandidate(wanted, alive);
    await cloud.run.createCandidate(wanted, alive);
    expect(await cloud.run.readiness(target, wanted.revision, alive)).toEqual({ kind: 'ready' });
    const service = await cloud.run.settled(target, alive);
    expect(revisionsOf(cloud, name)).toEqual([wanted.revision]);
    expect(service.serving).toEqual([{ revision: wanted.revision, percent: 100 }]);
    expect(service.tags).toMatchObject([{ tag, revision: wanted.revision }]);
    expect(answered(cloud, 'UpdateService')).toBe(0);
  });

  it('that may not be made says so', async () => {
    const cloud = await startCloud();
    cloud.sandbox.faults.fail('CreateService', 'PERMISSION_DENIED');
    expect(await codeOf(cloud.run.createCandidate(first('x@sha256:0'), alive))).toBe(7);
  });
});

describe('a revision that does not become ready', () => {
  it('says why', async () => {
    const cloud = await startCloud();
    await cloud.run.createCandidate(candidate(await image(cloud, 'startup-crash')), alive);
    const readiness = await cloud.run.readiness(backend, revision, alive);
    expect(readiness).toMatchObject({ kind: 'failed' });
    if (readiness.kind === 'failed') expect(readiness.problem).toMatch(/^HEALTH_CHECK_CONTAINER_ERROR: ./);
  });

  it('is not waited for by a worker that must let go', async () => {
    const cloud = await startCloud();
    const release = cloud.sandbox.faults.hold('GetRevision');
    const controller = new AbortController();
    const waiting = cloud.run.readiness(backend, revision, controller.signal);
    await expect.poll(() => cloud.sandbox.faults.held('GetRevision')).toBe(1);
    controller.abort(new Error('shutdown'));
    await expect(waiting).rejects.toThrow('shutdown');
    release();
  });
});
