import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { BACKEND, built, deployCandidate, startCloud } from '../support.ts';
import { get, NAMESPACE, type Revision, type Service, service } from './support.ts';

describe('the v1 API that gcloud speaks', () => {
  it('describes a service: tags, URLs, traffic asked for and served', async () => {
    const { cloud, ...clients } = await startCloud();
    const { latestReadyRevision: stable, uri } = cloud.service(BACKEND)!;
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    const found = await service(cloud);
    expect(found.metadata).toMatchObject({
      name: 'backend',
      namespace: 'chat-staging',
      labels: { 'cloud.googleapis.com/location': 'us-central1' },
      annotations: { 'serving.knative.dev/creator': expect.stringContaining('@') as string },
    });
    expect(found.spec.traffic).toEqual([
      { revisionName: stable, percent: 100 },
      { revisionName: 'backend-r42', tag: 'candidate' },
    ]);
    expect(found.status.traffic).toEqual([
      { revisionName: stable, percent: 100 },
      { revisionName: 'backend-r42', tag: 'candidate', url: cloud.service(BACKEND)!.tags['candidate'] },
    ]);
    expect(found.status).toMatchObject({ url: uri, latestReadyRevisionName: 'backend-r42' });
    expect(found.status.conditions.map(({ type, status }) => [type, status])).toEqual([
      ['Ready', 'True'],
      ['RoutesReady', 'True'],
      ['ConfigurationsReady', 'True'],
    ]);
  });

  it('names the revision that LATEST stands for', async () => {
    const { cloud } = await startCloud();
    const { latestReadyRevision: stable } = cloud.service(BACKEND)!;
    const found = await service(cloud);
    expect(found.spec.traffic).toEqual([{ latestRevision: true, percent: 100 }]);
    expect(found.status.traffic).toEqual([{ latestRevision: true, revisionName: stable, percent: 100 }]);
  });

  it('lists services and revisions, of one region, of one service', async () => {
    const { cloud, ...clients } = await startCloud();
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    const names = async (path: string): Promise<string[]> => {
      const { items } = await get<{ items: (Service | Revision)[] }>(cloud, path);
      return items.map(({ metadata }) => metadata.name);
    };
    const all = ['backend', 'auth', 'frontend'];
    expect(await names(`${NAMESPACE}/services`)).toEqual(all);
    expect(await names('/v1/projects/chat-staging/locations/-/services?alt=json')).toEqual(all);
    expect(await names('/v1/projects/chat-staging/locations/europe-west1/services')).toEqual([]);
    const selector = encodeURIComponent('serving.knative.dev/service = backend');
    expect(await names(`${NAMESPACE}/revisions?labelSelector=${selector}`)).toEqual([
      'backend-r42',
      expect.stringMatching(/^backend-00136-/),
    ]);
    expect(await names(`${NAMESPACE}/revisions`)).toHaveLength(4);
    const revision = await get<Revision>(cloud, `${NAMESPACE}/revisions/backend-r42`);
    expect(revision.metadata.labels).toMatchObject({ 'serving.knative.dev/service': 'backend' });
    expect(revision.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'True' }),
    );
    const { locations } = await get<{ locations: object[] }>(cloud, '/v1/projects/chat-staging/locations');
    expect(locations).toMatchObject([{ locationId: 'us-central1' }]);
  });

  it.each<[string, string, number, string]>([
    ['GET', `${NAMESPACE}/services/nothing`, 404, 'NOT_FOUND'],
    ['GET', `${NAMESPACE}/revisions/nothing`, 404, 'NOT_FOUND'],
    ['GET', '/apis/serving.knative.dev/v1/namespaces/elsewhere/services', 403, 'PERMISSION_DENIED'],
    ['GET', `${NAMESPACE}/revisions?labelSelector=a%20in%20(b)`, 400, 'INVALID_ARGUMENT'],
    ['PUT', `${NAMESPACE}/services/backend`, 400, 'INVALID_ARGUMENT'],
    ['DELETE', `${NAMESPACE}/services/backend`, 404, 'NOT_FOUND'],
    ['GET', '/%E0%A4%A', 404, 'NOT_FOUND'],
    ['GET', `${NAMESPACE}/services/%E0%A4%A`, 400, 'INVALID_ARGUMENT'],
  ])('answers %s %s with %i', async (...[method, path, status, name]) => {
    const { cloud } = await startCloud();
    const response = await fetch(`${cloud.url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code: status, status: name } });
  });

  // With --region gcloud puts the region before the host of the endpoint; through a proxy such a name needs no DNS.
  it('takes a proxied request to a region’s host name', async () => {
    const { cloud } = await startCloud();
    const { hostname, port, host } = new URL(cloud.url);
    const items = async (region: string): Promise<unknown[]> => {
      const path = `http://${region}-${host}${NAMESPACE}/services`;
      const text = await new Promise<string>((resolve, reject) => {
        const request = httpRequest({ hostname, port, path }, (response) => {
          let all = '';
          response
            .on('data', (chunk: Buffer) => (all += chunk.toString()))
            .on('end', () => {
              resolve(all);
            });
        });
        request.on('error', reject).end();
      });
      return (JSON.parse(text) as { items: unknown[] }).items;
    };
    expect(await items('us-central1')).toHaveLength(3);
    expect(await items('europe-west1')).toHaveLength(0);
  });
});
