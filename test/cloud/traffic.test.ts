import { beforeEach, describe, expect, it } from 'vitest';
import { CloudError } from '../../src/cloud/errors.ts';
import type { Split } from '../../src/domain/results.ts';
import { alive, answered, backend, built, type CloudOfTests, inWorld, startCloud } from './support.ts';

const revision = 'backend-r42-k3f9ab';
const tag = 'op42';
const type = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
let cloud: CloudOfTests;
let stable: string;

/** Every test begins with a candidate that is ready and has no users. */
beforeEach(async () => {
  cloud = await startCloud();
  stable = Object.keys(cloud.sandbox.service(inWorld)!.serving)[0]!;
  const image = await built(cloud, 'main');
  await cloud.run.createCandidate({ target: backend, revision, tag, image, operation: 'staging-42' }, alive);
  await cloud.run.settled(backend, alive);
});

const all = (name: string): Split => [{ revision: name, percent: 100 }];
const set = (split: Split, drop = 'op0') => cloud.run.setTraffic(backend, { split, drop }, alive);
/** Updates since the candidate was made. */
const updates = () => answered(cloud, 'UpdateService') - 1;

describe('users', () => {
  it('get what was asked for, and the tag goes', async () => {
    const service = await set(all(revision), tag);
    expect(service).toMatchObject({ settled: true, serving: all(revision), tags: [] });
    expect(cloud.sandbox.service(inWorld)).toMatchObject({ serving: { [revision]: 100 }, tags: {} });
    const health = await fetch(new URL('/health', service.url));
    expect(await health.json()).toMatchObject({ revision });
  });

  it('are shared out in steps while the tag stays', async () => {
    const split = [
      { revision, percent: 10 },
      { revision: stable, percent: 90 },
    ];
    const service = await set(split);
    expect(service.serving.toSorted((a, b) => a.percent - b.percent)).toEqual(split);
    expect(service.tags).toMatchObject([{ tag, revision }]);
  });

  it('are moved once, however often it is asked', async () => {
    await set(all(revision), tag);
    await set(all(revision), tag);
    await set(all(revision));
    expect(updates()).toBe(1);
  });

  it('are moved once when the answer was lost', async () => {
    const { generation } = cloud.sandbox.service(inWorld)!;
    cloud.sandbox.faults.fail('UpdateService', 'UNAVAILABLE', 1, 'after');
    expect((await set(all(revision), tag)).serving).toEqual(all(revision));
    expect(cloud.sandbox.service(inWorld)!.generation).toBe(generation + 1);
  });

  it('are given back, and the template is left alone', async () => {
    await set(all(revision), tag);
    const { image } = cloud.sandbox.service(inWorld)!;
    expect((await set(all(stable), tag)).serving).toEqual(all(stable));
    expect(cloud.sandbox.service(inWorld)!.image).toBe(image);
  });

  it('stay with whoever serves when only a tag goes', async () => {
    const service = await cloud.run.setTraffic(backend, { drop: tag }, alive);
    expect(service).toMatchObject({ serving: all(stable), tags: [] });
    expect(updates()).toBe(1);
  });

  it('are moved although somebody else wrote in between', async () => {
    const release = cloud.sandbox.faults.hold('UpdateService');
    const moving = set(all(revision), tag);
    await expect.poll(() => cloud.sandbox.faults.held('UpdateService')).toBe(1);
    cloud.sandbox.editService(inWorld, (draft) => {
      draft.labels['team'] = 'chat';
      draft.traffic = [...draft.traffic, { type, revision: stable, percent: 0, tag: 'blue' }];
    });
    release();
    const service = await moving;
    expect(service.serving).toEqual(all(revision));
    expect(service.tags).toMatchObject([{ tag: 'blue', revision: stable }]);
    expect(cloud.sandbox.service(inWorld)!.labels).toMatchObject({ team: 'chat' });
  });

  it('stay where they are when Cloud Run cannot do it, and its words are kept', async () => {
    const service = await set(all('backend-r7-nothing'));
    expect(service.serving).toEqual(all(stable));
    expect(service.problem).toContain('backend-r7-nothing');
  });

  it('stay where they are when it is not permitted', async () => {
    cloud.sandbox.faults.fail('UpdateService', 'PERMISSION_DENIED');
    const error: unknown = await set(all(revision)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CloudError);
    expect(error).toMatchObject({ code: 7 });
    expect(cloud.sandbox.service(inWorld)!.serving).toEqual({ [stable]: 100 });
  });

  it('of a service that has gone are nobody', async () => {
    const gone = cloud.run.setTraffic(
      { ...backend, run: 'nothing' },
      { split: all('a'), drop: 'op0' },
      alive,
    );
    await expect(gone).rejects.toMatchObject({ code: 5, message: 'nothing has gone' });
  });
});
