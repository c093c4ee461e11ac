import { describe, expect, it } from 'vitest';
import type { CloudSandbox } from '../../../src/sandbox/cloud/index.ts';
import { BACKEND, built, deployCandidate, shift, startCloud, to, until } from './support.ts';

const send = (url: string, body: Record<string, string>, headers = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(body), headers });

const page = (cloud: CloudSandbox, path: string) => `${cloud.url}/sandbox/cloud/${path}`;

const idle = (cloud: CloudSandbox) => until(() => !cloud.service(BACKEND)!.reconciling);

describe('somebody else’s hand', () => {
  it('moves traffic, and leaves the tags', async () => {
    const { cloud, ...clients } = await startCloud();
    const { latestReadyRevision: stable } = cloud.service(BACKEND)!;
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    const before = cloud.service(BACKEND)!;
    cloud.editTraffic(BACKEND, { [stable]: 60, 'backend-r42': 40 });
    await idle(cloud);
    const after = cloud.service(BACKEND)!;
    expect(after).toMatchObject({
      serving: { [stable]: 60, 'backend-r42': 40 },
      generation: before.generation + 1,
      lastModifier: 'operator@example.com',
      tags: before.tags,
    });
    expect(after.etag).not.toBe(before.etag);
    expect(before.lastModifier).not.toBe(after.lastModifier);
  });

  it('changes a variable: a new revision that gets nothing while traffic is pinned', async () => {
    const { cloud, ...clients } = await startCloud();
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    cloud.editEnv(BACKEND, { LOG_LEVEL: 'debug' });
    await idle(cloud);
    const { env, serving, latestCreatedRevision } = cloud.service(BACKEND)!;
    expect(env).toMatchObject({ LOG_LEVEL: 'debug', E2E_TEST_ENV: 'staging' });
    expect(Object.keys(serving)).toEqual([expect.stringMatching(/^backend-00136/)]);
    expect(latestCreatedRevision).toMatch(/^backend-\d{5}-\w{3}$/);
    // The next update of traffic alone finds no other difference.
    await shift(clients, [to('backend-r42', 100)]);
    expect(cloud.revisions(BACKEND)).toHaveLength(3);
  });

  it('is refused as an update would be', async () => {
    const { cloud } = await startCloud();
    expect(() => {
      cloud.editTraffic(BACKEND, { LATEST: 50 });
    }).toThrow('must be 100, but is 50');
    expect(() => {
      cloud.editTraffic('chat-staging/nothing', { LATEST: 100 });
    }).toThrow('no service');
    expect(cloud.service(BACKEND)!.generation).toBe(1);
  });

  it('can be lent with curl', async () => {
    const { cloud } = await startCloud();
    const { latestReadyRevision: stable } = cloud.service(BACKEND)!;
    const moved = await send(page(cloud, 'traffic'), {
      service: 'chat-staging/backend',
      to: `${stable}=90,LATEST=10`,
    });
    expect(await moved.json()).toMatchObject({ generation: 2, lastModifier: 'operator@example.com' });
    await idle(cloud);
    const changed = await send(page(cloud, 'env'), {
      service: 'chat-staging/backend',
      name: 'A',
      value: '<1>',
    });
    expect(await changed.json()).toMatchObject({ env: { A: '<1>' } });
    const shown = await fetch(`${cloud.url}/sandbox/cloud`);
    expect(await shown.text()).toContain(`value="${stable}=90,LATEST=10"`);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['traffic', { service: 'chat-staging/backend', to: 'all' }, 400, 'REVISION=PERCENT'],
    ['traffic', { service: 'chat-staging/backend', to: 'LATEST=50' }, 400, 'must be 100'],
    ['traffic', { to: 'LATEST=100' }, 400, 'service: '],
    ['traffic', { service: 'chat-staging/nothing', to: 'LATEST=100' }, 404, 'no service'],
    ['env', { service: 'chat-staging/backend', name: 'A B', value: '' }, 400, 'name of a variable'],
    ['env', { service: 'chat-staging/backend', name: 'PORT', value: '1' }, 400, 'reserved env names'],
  ])('says what is wrong with %s %o', async (...[path, body, status, words]) => {
    const { cloud } = await startCloud();
    const response = await send(page(cloud, path), body);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(words);
  });

  it('is not that of some other site in the same browser', async () => {
    const { cloud } = await startCloud();
    const body = { service: 'chat-staging/backend', name: 'A', value: '1' };
    const foreign = await send(page(cloud, 'env'), body, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect((await send(page(cloud, 'env'), body, { origin: cloud.url })).status).toBe(200);
  });
});
