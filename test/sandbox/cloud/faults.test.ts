import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { BACKEND, buildRequest, getJson, PARENT, startCloud, to, until } from './support.ts';

describe('faults', () => {
  it('fails as often as asked, in Google’s words', async () => {
    const { cloud, services } = await startCloud();
    cloud.faults.fail('UpdateService', 'PERMISSION_DENIED', 1);
    const update = () =>
      services.updateService({
        service: { name: BACKEND, labels: { a: 'b' } },
        updateMask: { paths: ['labels'] },
      });
    await expect(update()).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
      message: expect.stringContaining(
        `Permission 'run.services.update' denied on resource '${BACKEND}'`,
      ) as string,
    });
    expect(cloud.service(BACKEND)!.generation).toBe(1);
    await update();
    expect(cloud.service(BACKEND)!.labels).toEqual({ a: 'b' });
  });

  it('loses the answer after the work is done', async () => {
    const { cloud, builds } = await startCloud();
    cloud.faults.fail('CreateBuild', 'UNAVAILABLE', 1, 'after');
    await expect(builds.createBuild({ parent: PARENT, build: buildRequest('main') })).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
    expect(cloud.builds()).toHaveLength(1);
    expect(cloud.calls().at(-1)).toMatchObject({ method: 'CreateBuild', code: status.UNAVAILABLE });
  });

  it('is retried over by the client’s own gets', async () => {
    const { cloud, services } = await startCloud();
    cloud.faults.fail('GetService', 'UNAVAILABLE', 2);
    const [service] = await services.getService({ name: BACKEND });
    expect(service.name).toBe(BACKEND);
    expect(cloud.calls().map(({ code }) => code)).toEqual([status.UNAVAILABLE, status.UNAVAILABLE, 0]);
  });

  it('holds calls until they are released', async () => {
    const { cloud, builds } = await startCloud();
    const release = cloud.faults.hold('CreateBuild');
    const creating = builds.createBuild({ parent: PARENT, build: buildRequest('main') });
    await until(() => cloud.faults.held('CreateBuild') === 1);
    expect(cloud.builds()).toHaveLength(0);
    release();
    await creating;
    expect(cloud.builds()).toHaveLength(1);
  });

  it('does nothing for a caller that gave up in the hold, unless it was held after the work', async () => {
    const { cloud, builds } = await startCloud();
    for (const when of ['before', 'after'] as const) {
      const release = cloud.faults.hold('CreateBuild', when);
      const request = { parent: PARENT, build: buildRequest('main') };
      await expect(builds.createBuild(request, { timeout: 200 })).rejects.toMatchObject({
        code: status.DEADLINE_EXCEEDED,
      });
      await until(() => cloud.calls().length === (when === 'before' ? 1 : 2));
      release();
      expect(cloud.builds()).toHaveLength(when === 'before' ? 0 : 1);
    }
  });

  it('is down for the API while the services go on', async () => {
    const { cloud, services } = await startCloud();
    cloud.faults.down(true);
    const update = () =>
      services.updateService({ service: { name: BACKEND, labels: {} }, updateMask: { paths: ['labels'] } });
    await expect(update()).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(await getJson(`${cloud.service(BACKEND)!.uri}/health`)).toMatchObject({ status: 'ok' });
    cloud.faults.down(false);
    await update();
  });

  it('lets somebody else change the service between a read and a write', async () => {
    const { cloud, services } = await startCloud();
    const [service] = await services.getService({ name: BACKEND });
    const { latestReadyRevision } = cloud.service(BACKEND)!;
    cloud.editService(BACKEND, (draft) => {
      draft.traffic = [
        {
          type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
          percent: 100,
          tag: '',
          revision: latestReadyRevision,
        },
      ];
    });
    await expect(services.updateService({ service })).rejects.toMatchObject({ code: status.ABORTED });
    expect(cloud.service(BACKEND)!.traffic).toEqual([to(latestReadyRevision, 100)]);
  });
});
