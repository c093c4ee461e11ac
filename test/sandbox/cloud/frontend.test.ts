import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { World, WorldService } from '../../../src/sandbox/cloud/index.ts';
import {
  ask,
  BACKEND,
  built,
  connect,
  deployCandidate,
  getJson,
  IMAGE,
  login,
  PARENT,
  QUICK,
  shift,
  startCloud,
  to,
  until,
} from './support.ts';

const world = (service: Partial<WorldService>): World => ({
  projects: [
    {
      id: 'chat-staging',
      region: 'us-central1',
      services: [{ name: 'backend', pinned: false, env: { E2E_TEST_ENV: 'staging' }, ...service }],
    },
  ],
});

const refusal = (url: string, headers = {}): Promise<number | undefined> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode);
      socket.terminate();
    });
  });

describe('the front end', () => {
  it('cuts requests and WebSockets at the service’s timeout', async () => {
    const { cloud } = await startCloud({ world: world({ timeoutSeconds: 1 }) });
    const { uri } = cloud.service(BACKEND)!;
    const slow = fetch(`${uri}/api/slow?delay=20000`);
    const socket = await connect(`${uri}/ws`);
    const started = Date.now();
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect(code).toBe(1006);
    expect(Date.now() - started).toBeGreaterThan(800);
    expect((await slow).status).toBe(504);
  });

  it('answers 503 to requests and sockets while no revision is ready', async () => {
    const { cloud, services } = await startCloud();
    const service = { template: { containers: [{ image: `${IMAGE}:never` }] } };
    const [creating] = await services.createService({ parent: PARENT, serviceId: 'search', service }, QUICK);
    await expect(creating.promise()).rejects.toThrow(`Image '${IMAGE}:never' not found.`);
    const { uri } = cloud.service('chat-staging/search')!;
    expect((await fetch(uri)).status).toBe(503);
    expect(await refusal(`${uri}/ws`)).toBe(503);
  });

  it('passes echoes: objects, text and bytes', async () => {
    const { cloud } = await startCloud();
    const socket = await connect(`${cloud.service(BACKEND)!.uri}/ws/test`);
    expect(await ask(socket, { text: 'hello' })).toMatchObject({
      type: 'echo',
      text: 'hello',
      service: 'backend',
    });
    const bytes = new Promise<Buffer>((resolve) => socket.once('message', resolve));
    socket.send(Buffer.from([1, 2, 3]));
    expect([...(await bytes)]).toEqual([1, 2, 3]);
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    socket.ping();
    await pong;
  });

  it('refuses sockets elsewhere with 403, as uvicorn does', async () => {
    const { cloud } = await startCloud();
    const { uri } = cloud.service(BACKEND)!;
    expect(await refusal(`${uri}/elsewhere`, await login(uri))).toBe(403);
  });

  it('shows what broken sockets look like', async () => {
    const forbidden = await startCloud({ world: world({ ref: 'ws-forbidden' }) });
    const { uri } = forbidden.cloud.service(BACKEND)!;
    expect(await refusal(`${uri}/ws`, await login(uri))).toBe(403);
    const dropping = await startCloud({ world: world({ ref: 'ws-drop' }) });
    const socket = await connect(`${dropping.cloud.service(BACKEND)!.uri}/ws`);
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1011);
  });

  it('sends a cookie’s owner back to its revision while that has a share', async () => {
    const { cloud, ...clients } = await startCloud({ world: world({ sessionAffinity: true }) });
    const { uri, latestReadyRevision: stable } = cloud.service(BACKEND)!;
    const first = await fetch(uri);
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    await shift(clients, [to(stable, 1), to('backend-r42', 99)]);
    const again = () => fetch(uri, { headers: { cookie } }).then((response) => response.json());
    for (let count = 0; count < 10; count += 1) expect(await again()).toMatchObject({ revision: stable });
    await shift(clients, [to('backend-r42', 100)]);
    expect(await again()).toMatchObject({ revision: 'backend-r42' });
  });

  it('leaves requests in flight to their revision when traffic moves', async () => {
    const { cloud, ...clients } = await startCloud({ sampling: { period: 50, lag: 0 } });
    const { uri, latestReadyRevision: stable } = cloud.service(BACKEND)!;
    await deployCandidate(clients, await built(clients, 'main'), 'backend-r42');
    const slow = Array.from({ length: 20 }, () => getJson(`${uri}/api/slow?delay=1500`));
    const filter = `metric.type = "run.googleapis.com/container/max_request_concurrencies" AND resource.labels.revision_name = "${stable}"`;
    await until(async () => {
      const [found] = await clients.metrics.listTimeSeries({
        name: 'projects/chat-staging',
        filter,
        interval: { startTime: { seconds: 0 }, endTime: { seconds: Math.ceil(Date.now() / 1000) } },
      });
      return found.some(({ points }) => points?.[0]?.value?.distributionValue?.mean === 20);
    });
    await shift(clients, [to('backend-r42', 100)]);
    expect(await getJson(`${uri}/api/new`)).toMatchObject({ revision: 'backend-r42' });
    for (const answer of await Promise.all(slow))
      expect(answer).toMatchObject({ status: 200, revision: stable });
  });

  it('keeps the service’s URL over every change', async () => {
    const { cloud, ...clients } = await startCloud();
    const { uri } = cloud.service(BACKEND)!;
    await deployCandidate(clients, await built(clients, 'v1.2.3'), 'backend-r42');
    await shift(clients, [to('backend-r42', 100)]);
    expect(cloud.service(BACKEND)!.uri).toBe(uri);
    await until(async () => (await getJson(uri))['revision'] === 'backend-r42');
  });
});
