import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import {
  BACKEND,
  built,
  deployCandidate,
  getJson,
  IMAGE,
  PARENT,
  PRODUCTION,
  QUICK,
  shift,
  startCloud,
  to,
  withImage,
  until,
} from './support.ts';

const MISSING_DIGEST = `${IMAGE}@sha256:${'a'.repeat(64)}`;

describe('the world', () => {
  it('has three services in two projects, on LATEST or pinned', async () => {
    const { cloud, services } = await startCloud();
    const [found] = await services.listServices({ parent: PARENT });
    expect(found.map(({ name }) => name?.split('/').at(-1)).sort()).toEqual(['auth', 'backend', 'frontend']);
    const latest = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
    expect(cloud.service(BACKEND)!.traffic).toMatchObject([{ type: latest, percent: 100, revision: '' }]);
    const production = cloud.service(PRODUCTION)!;
    expect(production.traffic).toMatchObject([{ revision: production.latestReadyRevision, percent: 100 }]);
    expect(production.env['E2E_TEST_ENV']).toBe('production');
  });

  it('denies a project that does not exist, and tells a missing service from it', async () => {
    const { services } = await startCloud();
    await expect(
      services.getService({ name: 'projects/nobody/locations/us-central1/services/backend' }),
    ).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
    await expect(services.getService({ name: `${PARENT}/services/nothing` })).rejects.toMatchObject({
      code: status.NOT_FOUND,
      message: expect.stringContaining("Resource 'nothing' of kind 'SERVICE'") as string,
    });
  });
});

describe('long-running operations', () => {
  it('can be picked up by name with the routing header, and not without', async () => {
    const { cloud, services } = await startCloud();
    const stable = cloud.service(BACKEND)!.latestReadyRevision;
    const [operation] = await services.updateService({
      service: { name: BACKEND, traffic: [to(stable, 100, 'stable')] },
      updateMask: { paths: ['traffic'] },
    });
    const name = operation.name!;
    await expect(services.operationsClient.getOperation({ name } as never)).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
    const headers = { 'x-goog-request-params': 'location=us-central1' };
    const done = await until(async () => {
      const [found] = await services.operationsClient.getOperation({ name } as never, {
        otherArgs: { headers },
      });
      return found.done && found;
    });
    expect(done.response?.type_url).toContain('google.cloud.run.v2.Service');
    expect(done.response?.value?.length).toBeGreaterThan(100);
  });

  it('answers an update that changes nothing without a new generation', async () => {
    const { cloud, services } = await startCloud();
    const [service] = await services.getService({ name: BACKEND });
    const [operation] = await services.updateService({ service }, QUICK);
    await operation.promise();
    expect(cloud.service(BACKEND)!.generation).toBe(1);
    expect(cloud.revisions(BACKEND)).toHaveLength(1);
  });

  it('validates without doing anything', async () => {
    const { cloud, ...clients } = await startCloud();
    const service = await withImage(clients, MISSING_DIGEST, 'backend-r42');
    const [operation] = await clients.services.updateService({ service, validateOnly: true }, QUICK);
    const [would] = await operation.promise();
    expect(would.template?.revision).toBe('backend-r42');
    expect(cloud.revisions(BACKEND)).toHaveLength(1);
  });
});

describe('conflicts', () => {
  it('lets exactly one of two updates with one etag win', async () => {
    const { cloud, services } = await startCloud();
    const [service] = await services.getService({ name: BACKEND });
    const update = (value: string) =>
      services.updateService({ service: { ...service, labels: { team: value } } });
    const results = await Promise.allSettled([update('one'), update('two')]);
    const lost = results.find((each) => each.status === 'rejected');
    expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect(lost?.reason).toMatchObject({ code: status.ABORTED });
    expect(cloud.service(BACKEND)!.generation).toBe(2);
  });

  it('refuses a revision name with other content, and accepts the same content again', async () => {
    const { cloud, ...clients } = await startCloud();
    const image = await built(clients, 'main');
    await deployCandidate(clients, image, 'backend-r42');
    const { generation } = cloud.service(BACKEND)!;
    const other = await withImage(clients, await built(clients, 'main'), 'backend-r42');
    await expect(clients.services.updateService({ service: other })).rejects.toMatchObject({
      code: status.ALREADY_EXISTS,
      message: expect.stringContaining(
        "Revision named 'backend-r42' with different configuration already exists.",
      ) as string,
    });
    await deployCandidate(clients, image, 'backend-r42');
    expect(cloud.revisions(BACKEND)).toHaveLength(2);
    expect(cloud.service(BACKEND)!.generation).toBe(generation);
  });
});

describe('what is refused', () => {
  const traffic = (targets: object[]) => ({
    service: { name: BACKEND, traffic: targets },
    updateMask: { paths: ['traffic'] },
  });

  it.each([
    ['percents that do not sum to 100', traffic([to('backend-r1', 60)]), 'must be 100, but is 60'],
    ['a tag of two letters', traffic([to('backend-r1', 100, 'ab')]), 'at least 3 characters'],
    ['a tag too long for the service', traffic([to('backend-r1', 100, 'a'.repeat(40))]), '46 characters'],
    ['one tag twice', traffic([to('backend-r1', 100, 'abc'), to('backend-r2', 0, 'abc')]), 'more than once'],
    [
      'an unknown mask path',
      { service: { name: BACKEND }, updateMask: { paths: ['trafic'] } },
      "unknown field 'trafic'",
    ],
  ])('%s', async (_name, request, message) => {
    const { cloud, services } = await startCloud();
    await expect(services.updateService(request)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining(message) as string,
    });
    expect(cloud.service(BACKEND)!.generation).toBe(1);
  });

  it('a revision name without the service in front, and the reserved variable PORT', async () => {
    const { services, ...clients } = await startCloud();
    const service = await withImage({ services, ...clients }, MISSING_DIGEST, 'r42');
    await expect(services.updateService({ service })).rejects.toThrow(
      'Violation in UpdateServiceRequest.service.template.revision',
    );
    const reserved = await withImage({ services, ...clients }, MISSING_DIGEST, 'backend-r42');
    reserved.template!.containers![0]!.env = [{ name: 'PORT', value: '80' }];
    await expect(services.updateService({ service: reserved })).rejects.toThrow(
      'reserved env names were provided: PORT',
    );
  });
});

describe('failures', () => {
  it('keeps the old revision serving when the container crashes, and says why', async () => {
    const { cloud, ...clients } = await startCloud();
    const { uri, latestReadyRevision: stable } = cloud.service(BACKEND)!;
    const image = await built(clients, 'startup-crash');
    await expect(deployCandidate(clients, image, 'backend-r42')).rejects.toThrow(
      "Revision 'backend-r42' is not ready and cannot serve traffic. The user-provided container failed to start and listen on the port defined provided by the PORT=8080 environment variable",
    );
    const [revision] = await clients.revisions.getRevision({ name: `${BACKEND}/revisions/backend-r42` });
    const ready = revision.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      state: 'CONDITION_FAILED',
      revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
    });
    const service = cloud.service(BACKEND)!;
    expect(service.terminalCondition.state).toBe('CONDITION_FAILED');
    expect(service.observedGeneration).toBe(service.generation);
    expect(service.serving).toEqual({ [stable]: 100 });
    expect(service.tags).toEqual({});
    expect(await getJson(`${uri}/health`)).toMatchObject({ revision: stable });

    // The failed revision left in the traffic fails the next update too; taken out, the service is well again.
    await expect(
      shift(clients, [to(stable, 100, 'stable'), to('backend-r42', 0, 'candidate')]),
    ).rejects.toThrow('not ready');
    await shift(clients, [to(stable, 100)]);
    expect(cloud.service(BACKEND)!.terminalCondition.state).toBe('CONDITION_SUCCEEDED');
  });

  it('reports an image that nobody pushed', async () => {
    const { cloud, ...clients } = await startCloud();
    await expect(deployCandidate(clients, MISSING_DIGEST, 'backend-r42')).rejects.toThrow(
      `Image '${MISSING_DIGEST}' not found.`,
    );
    const { conditions } = cloud.revisions(BACKEND).at(-1)!;
    expect(conditions.find(({ type }) => type === 'Ready')).toMatchObject({ reason: 'CONTAINER_MISSING' });
  });

  it('fails traffic to a revision that does not exist, and serves on', async () => {
    const { cloud, ...clients } = await startCloud();
    const { serving } = cloud.service(BACKEND)!;
    await expect(shift(clients, [to('backend-gone', 100)])).rejects.toThrow(
      "Revision 'backend-gone' does not exist or is deleted.",
    );
    expect(cloud.service(BACKEND)!.serving).toEqual(serving);
  });

  it('answers 500 at /health of health-500 though the revision is ready', async () => {
    const { cloud, ...clients } = await startCloud();
    await deployCandidate(clients, await built(clients, 'health-500'), 'backend-r42');
    const url = cloud.service(BACKEND)!.tags['candidate']!;
    const response = await fetch(`${url}/health`);
    expect(response.status).toBe(500);
  });
});

describe('create and delete', () => {
  it('makes a service, serves it, and takes it away', async () => {
    const { cloud, services } = await startCloud();
    const image = cloud.service(BACKEND)!.image;
    const service = { template: { containers: [{ image }] } };
    const [creating] = await services.createService({ parent: PARENT, serviceId: 'search', service }, QUICK);
    await creating.promise();
    const { uri } = cloud.service('chat-staging/search')!;
    expect(await getJson(`${uri}/health`)).toMatchObject({ service: 'search', status: 'ok' });
    await expect(
      services.createService({ parent: PARENT, serviceId: 'search', service }),
    ).rejects.toMatchObject({
      code: status.ALREADY_EXISTS,
    });
    const [deleting] = await services.deleteService({ name: `${PARENT}/services/search` }, QUICK);
    await deleting.promise();
    expect(cloud.service('chat-staging/search')).toBeUndefined();
    await expect(fetch(uri)).rejects.toThrow();
  });

  it('deletes a revision that serves nobody, and refuses one that does', async () => {
    const { cloud, ...clients } = await startCloud();
    const stable = cloud.service(BACKEND)!.latestReadyRevision;
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    const remove = (name: string) =>
      clients.revisions.deleteRevision({ name: `${BACKEND}/revisions/${name}` }, QUICK);
    await expect(remove(stable)).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
    await shift(clients, [to('backend-r42', 100)]);
    await remove(stable);
    expect(cloud.revisions(BACKEND).map(({ name }) => name)).toEqual(['backend-r42']);
  });
});
