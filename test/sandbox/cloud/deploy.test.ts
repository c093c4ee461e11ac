import { describe, expect, it } from 'vitest';
import {
  ask,
  BACKEND,
  built,
  connect,
  deployCandidate,
  getJson,
  shift,
  startCloud,
  to,
  until,
} from './support.ts';

describe('the way of a deploy', () => {
  it('builds, deploys a candidate without traffic, proves it, and shifts', async () => {
    const { cloud, ...clients } = await startCloud();
    const stable = cloud.service('chat-staging/backend')!.latestReadyRevision;
    expect(stable).toMatch(/^backend-00136-\w{3}$/);

    const image = await built(clients, 'main');
    await deployCandidate(clients, image, 'backend-r42');
    const [revision] = await clients.revisions.getRevision({ name: `${BACKEND}/revisions/backend-r42` });
    expect(revision.conditions?.find(({ type }) => type === 'Ready')?.state).toBe('CONDITION_SUCCEEDED');
    expect(revision.containers?.[0]?.image).toBe(image);

    const [service] = await clients.services.getService({ name: BACKEND });
    expect(service.reconciling).toBe(false);
    expect(String(service.generation)).toBe(String(service.observedGeneration));
    const tagged = service.trafficStatuses?.find(({ tag }) => tag === 'candidate');
    expect(await getJson(`${tagged!.uri!}/health`)).toMatchObject({ status: 'ok', revision: 'backend-r42' });
    expect(await getJson(`${service.uri!}/health`)).toMatchObject({ revision: stable });

    const socket = await connect(`${tagged!.uri!}/ws`);
    expect(await ask(socket, { type: 'ping', id: 7 })).toMatchObject({
      type: 'pong',
      id: 7,
      revision: 'backend-r42',
    });

    await shift(clients, [to('backend-r42', 100, 'candidate'), to(stable, 0, 'previous')]);
    expect(await getJson(`${service.uri!}/api/whoami`)).toMatchObject({ revision: 'backend-r42' });
    expect(cloud.service(BACKEND)!.tags['candidate']).toBe(tagged!.uri);
    expect(cloud.service(BACKEND)!.serving).toEqual({ 'backend-r42': 100 });
  });

  it('closes the URL of a tag that is taken away, and leaves open sockets to their revision', async () => {
    const { cloud, ...clients } = await startCloud();
    const stable = cloud.service(BACKEND)!.latestReadyRevision;
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    const url = cloud.service(BACKEND)!.tags['candidate']!;
    const socket = await connect(`${url}/websocket`);

    await shift(clients, [to(stable, 100)]);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    expect(await ask(socket, { text: 'still there?' })).toMatchObject({
      type: 'echo',
      revision: 'backend-r42',
    });
    expect(cloud.revisions(BACKEND).find(({ name }) => name === 'backend-r42')!.openSockets).toBe(1);
  });

  it('splits by percent, and old sockets stay with the old revision', async () => {
    const { cloud, ...clients } = await startCloud();
    const stable = cloud.service(BACKEND)!.latestReadyRevision;
    const { uri } = cloud.service(BACKEND)!;
    const old = await connect(`${uri}/ws`);
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    await shift(clients, [to(stable, 50), to('backend-r42', 50)]);

    const answers = await Promise.all(Array.from({ length: 200 }, () => getJson(`${uri}/`)));
    const share = answers.filter(({ revision }) => revision === 'backend-r42').length;
    expect(share).toBeGreaterThan(70);
    expect(share).toBeLessThan(130);

    await shift(clients, [to('backend-r42', 100)]);
    expect(await ask(old, { id: 1 })).toMatchObject({ revision: stable });
    expect(await ask(await connect(`${uri}/ws`), { id: 2 })).toMatchObject({ revision: 'backend-r42' });
  });

  it('moves traffic on LATEST by itself when a new revision is ready', async () => {
    const { cloud } = await startCloud();
    const { uri, image } = cloud.service(BACKEND)!;
    cloud.editService('chat-staging/backend', (draft) => {
      draft.template.containers[0]!.env.push({ name: 'NEW', value: 'yes' });
    });
    const service = await until(() => {
      const now = cloud.service(BACKEND)!;
      return !now.reconciling && now;
    });
    expect(service.latestReadyRevision).toMatch(/^backend-00137-\w{3}$/);
    expect(service).toMatchObject({ image, env: { NEW: 'yes' }, lastModifier: 'operator@example.com' });
    expect(await getJson(`${uri}/`)).toMatchObject({ revision: service.latestReadyRevision });
  });
});
