import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { RevisionMetrics } from '../../src/cloud/measured.ts';
import { alive, answered, backend, type CloudOfTests, inWorld, startCloud } from './support.ts';

const quick = { sampling: { period: 100, lag: 0 } };

const stableOf = ({ sandbox }: CloudOfTests) => sandbox.service(inWorld)!.latestReadyRevision;
const urlOf = ({ sandbox }: CloudOfTests) => sandbox.service(inWorld)!.uri;

/** Everything that is known by now of the stable revision. */
async function measured(cloud: CloudOfTests, fromMs = 0): Promise<RevisionMetrics> {
  const revision = stableOf(cloud);
  const window = { revisions: [revision], fromMs, toMs: Date.now() };
  return (await cloud.metrics.revisions(backend, window, alive)).get(revision)!;
}

async function load(cloud: CloudOfTests, requests: readonly string[]): Promise<void> {
  await Promise.all(requests.map(async (path) => (await fetch(`${urlOf(cloud)}${path}`)).arrayBuffer()));
}

describe('what Cloud Monitoring saw of a revision', () => {
  it('are its requests by class, with their latencies', async () => {
    const cloud = await startCloud(quick);
    const before = Date.now();
    await load(cloud, [...Array.from({ length: 20 }, () => '/health'), '/missing', '/api/x?delay=300']);
    await expect.poll(async () => (await measured(cloud)).traffic?.requests['2xx']).toBe(21);
    const { traffic } = await measured(cloud);
    expect(traffic!.requests).toEqual({ '1xx': 0, '2xx': 21, '3xx': 0, '4xx': 1, '5xx': 0 });
    expect(traffic!.until).toBeGreaterThanOrEqual(before);
    expect(traffic!.until).toBeLessThanOrEqual(Date.now());
    const { p50, p95, p99 } = traffic!.latencyMs!;
    expect(p50).toBeLessThanOrEqual(p95);
    expect(p95).toBeLessThanOrEqual(p99);
    // One of 22 took 300 ms; Google's buckets are 40 % wide.
    expect(p99).toBeGreaterThan(210);
    expect(answered(cloud, 'ListTimeSeries')).toBeGreaterThan(0);
  });

  it('takes three calls', async () => {
    const cloud = await startCloud(quick);
    await measured(cloud);
    expect(answered(cloud, 'ListTimeSeries')).toBe(3);
  });

  it('are the open sockets, down to none when they have ended', async () => {
    const cloud = await startCloud(quick);
    const sockets = Array.from(
      { length: 7 },
      () => new WebSocket(`${urlOf(cloud).replace('http', 'ws')}/ws/test`),
    );
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('open', resolve))));
    await expect
      .poll(async () => (await measured(cloud)).load)
      .toMatchObject({ instances: 1, connections: 7 });
    // An open socket is no request that is over.
    expect((await measured(cloud)).traffic).toBeUndefined();
    for (const socket of sockets) socket.close();
    await expect.poll(async () => (await measured(cloud)).load?.connections).toBe(0);
    expect((await measured(cloud)).traffic!.requests).toMatchObject({ '1xx': 7, '2xx': 0 });
    expect((await measured(cloud)).traffic!.latencyMs).toBeUndefined();
  });

  it('counts the instances', async () => {
    const projects = [
      {
        id: backend.project,
        region: backend.region,
        services: [{ name: 'backend', pinned: true, ref: 'no-affinity' }],
      },
    ];
    const cloud = await startCloud({ ...quick, world: { projects } });
    await expect
      .poll(async () => (await measured(cloud)).load)
      .toMatchObject({ instances: 2, connections: 0 });
  });
});

describe('what Cloud Monitoring has not seen yet', () => {
  it('is absent, not zero', async () => {
    const cloud = await startCloud({ sampling: { period: 50, lag: Infinity } });
    await load(cloud, ['/health']);
    expect(await measured(cloud)).toEqual({});
    cloud.sandbox.monitoringLag(0);
    await expect.poll(async () => (await measured(cloud)).traffic?.requests['2xx']).toBe(1);
  });

  it('is as old as the lag', async () => {
    const lag = 400;
    const cloud = await startCloud({ sampling: { period: 50, lag } });
    const { load: seen } = await expect
      .poll(() => measured(cloud))
      .toMatchObject({ load: { instances: 1 } })
      .then(() => measured(cloud));
    expect(seen!.until).toBeLessThanOrEqual(Date.now() - lag);
  });

  it('leaves out a sample that began before the window', async () => {
    const cloud = await startCloud({ sampling: { period: 200, lag: 0 } });
    await load(cloud, ['/health', '/health']);
    await expect.poll(async () => (await measured(cloud)).traffic?.requests['2xx']).toBe(2);
    const { from, until } = (await measured(cloud)).traffic!;
    expect((await measured(cloud, from)).traffic?.requests['2xx']).toBe(2);
    expect((await measured(cloud, until - 1)).traffic).toBeUndefined();
  });

  it('is an empty entry for a revision nobody knows', async () => {
    const cloud = await startCloud(quick);
    const window = { revisions: ['backend-none', 'a"b'], fromMs: 0, toMs: Date.now() };
    const seen = await cloud.metrics.revisions(backend, window, alive);
    expect([...seen]).toEqual([
      ['backend-none', {}],
      ['a"b', {}],
    ]);
  });
});

describe('metrics that cannot be read', () => {
  it('because Google is away for a moment are read again', async () => {
    const cloud = await startCloud(quick);
    cloud.sandbox.faults.fail('ListTimeSeries', 'UNAVAILABLE', 2);
    await expect(measured(cloud)).resolves.toBeDefined();
  });

  it('because that is not permitted say so', async () => {
    const cloud = await startCloud(quick);
    cloud.sandbox.faults.fail('ListTimeSeries', 'PERMISSION_DENIED', 3);
    await expect(measured(cloud)).rejects.toMatchObject({ name: 'CloudError', code: 7 });
  });

  it('are not waited for by a worker that must let go', async () => {
    const cloud = await startCloud(quick);
    const release = cloud.sandbox.faults.hold('ListTimeSeries');
    const controller = new AbortController();
    const window = { revisions: [stableOf(cloud)], fromMs: 0, toMs: Date.now() };
    const reading = cloud.metrics.revisions(backend, window, controller.signal);
    await expect.poll(() => cloud.sandbox.faults.held('ListTimeSeries')).toBe(3);
    controller.abort(new Error('shutdown'));
    await expect(reading).rejects.toThrow('shutdown');
    release();
  });
});
