import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { CloudSandbox } from '../../../src/sandbox/cloud/index.ts';
import { BACKEND, built, deployCandidate, startCloud, until } from './support.ts';

const NAMESPACE = '/apis/serving.knative.dev/v1/namespaces/chat-staging';

interface Target {
  revisionName?: string;
  latestRevision?: boolean;
  percent?: number;
  tag?: string;
  url?: string;
}
interface Service {
  metadata: {
    name: string;
    namespace: string;
    generation: number;
    resourceVersion: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
  };
  spec: {
    traffic: Target[];
    template: { spec: { containers: { image: string; env: { name: string; value: string }[] }[] } };
  };
  status: {
    observedGeneration: number;
    url: string;
    latestReadyRevisionName: string;
    traffic: Target[];
    conditions: { type: string; status: string; message?: string }[];
  };
}
interface Revision {
  metadata: { name: string; labels: Record<string, string> };
  status: { conditions: { type: string; status: string }[] };
}

async function get<T>(cloud: CloudSandbox, path: string): Promise<T> {
  const response = await fetch(`${cloud.url}${path}`);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

const service = (cloud: CloudSandbox): Promise<Service> => get(cloud, `${NAMESPACE}/services/backend`);

async function put(cloud: CloudSandbox, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${cloud.url}${NAMESPACE}/services/backend?alt=json`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** Waits as gcloud does: Ready is said, and of the newest generation. */
const settled = (cloud: CloudSandbox): Promise<Service> =>
  until(async () => {
    const now = await service(cloud);
    const ready = now.status.conditions.find(({ type }) => type === 'Ready');
    return now.status.observedGeneration === now.metadata.generation && ready?.status !== 'Unknown' && now;
  });

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

  it('moves traffic by a replace, and makes no revision of it', async () => {
    const { cloud, ...clients } = await startCloud();
    const { latestReadyRevision: stable } = cloud.service(BACKEND)!;
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    const found = await service(cloud);
    const annotations = { ...found.metadata.annotations, 'run.googleapis.com/client-name': 'gcloud' };
    const traffic = [
      { revisionName: stable, percent: 70 },
      { revisionName: 'backend-r42', percent: 30 },
      { revisionName: 'backend-r42', tag: 'candidate' },
    ];
    const metadata = { ...found.metadata, annotations };
    const answer = await put(cloud, { ...found, metadata, spec: { ...found.spec, traffic } });
    expect(answer).toMatchObject({
      status: 200,
      body: { metadata: { generation: found.metadata.generation + 1 } },
    });
    await settled(cloud);
    expect(cloud.service(BACKEND)).toMatchObject({
      serving: { [stable]: 70, 'backend-r42': 30 },
      tags: { candidate: expect.stringContaining('http') as string },
      annotations: {},
    });
    expect(cloud.revisions(BACKEND)).toHaveLength(2);
  });

  it('changes an image and a variable by a replace', async () => {
    const { cloud } = await startCloud();
    const found = await service(cloud);
    const [container] = found.spec.template.spec.containers;
    container!.env.push({ name: 'NEW', value: 'yes' });
    await put(cloud, found);
    await settled(cloud);
    expect(cloud.service(BACKEND)).toMatchObject({ env: { NEW: 'yes', E2E_TEST_ENV: 'staging' } });
    expect(cloud.revisions(BACKEND)).toHaveLength(2);
    expect(cloud.service(BACKEND)!.serving).toEqual({ [cloud.service(BACKEND)!.latestReadyRevision]: 100 });
  });

  it('refuses what was read before another write with 409', async () => {
    const { cloud } = await startCloud();
    const stale = await service(cloud);
    cloud.editEnv(BACKEND, { A: '1' });
    await settled(cloud);
    expect(await put(cloud, stale)).toMatchObject({
      status: 409,
      body: {
        error: {
          status: 'ABORTED',
          message: expect.stringMatching(/^Conflict for resource 'backend'/) as string,
        },
      },
    });
    expect(cloud.service(BACKEND)!.env).toMatchObject({ A: '1' });
  });

  it.each([
    ['GET', `${NAMESPACE}/services/nothing`, 404, 'NOT_FOUND'],
    ['GET', `${NAMESPACE}/revisions/nothing`, 404, 'NOT_FOUND'],
    ['GET', '/apis/serving.knative.dev/v1/namespaces/elsewhere/services', 403, 'PERMISSION_DENIED'],
    ['GET', `${NAMESPACE}/revisions?labelSelector=a%20in%20(b)`, 400, 'INVALID_ARGUMENT'],
    ['PUT', `${NAMESPACE}/services/backend`, 400, 'INVALID_ARGUMENT'],
    ['DELETE', `${NAMESPACE}/services/backend`, 404, 'NOT_FOUND'],
    ['GET', '/%E0%A4%A', 404, 'NOT_FOUND'],
    ['GET', `${NAMESPACE}/services/%E0%A4%A`, 400, 'INVALID_ARGUMENT'],
  ])('answers %s %s with %i', async (method, path, status, name) => {
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
