import { describe, expect, it } from 'vitest';
import { containerOf } from '../../src/cloud/container.ts';
import { alive, backend, inWorld, startCloud } from './support.ts';

const instant = (seconds: number) => ({ seconds, nanos: 0 });
const healthy = (message: string) => ({ conditions: [{ type: 'ContainerHealthy', message }] });

describe('a container', () => {
  it('is read from a revision as Cloud Run tells it', async () => {
    const cloud = await startCloud();
    const { latestReadyRevision } = cloud.sandbox.service(inWorld)!;
    const raw = await cloud.run.revision(backend, latestReadyRevision, alive);
    const container = containerOf(raw!, (await cloud.run.service(backend, alive))?.raw);
    expect(container).toMatchObject({ cpu: 1_000, memory: 512, minInstances: 0, billing: 'request' });
    expect(container.start?.of).toBe('healthy');
  });

  it.each([
    ['Containers became healthy in 9.42s.', 9_420],
    ['Containers became healthy in 1m4s.', 64_000],
    ['Containers became healthy in 820ms.', 820],
  ])('started as Cloud Run says: %s', (message, ms) => {
    expect(containerOf(healthy(message), undefined).start).toEqual({ ms, of: 'healthy' });
  });

  it('was ready when Cloud Run says so, where it says nothing of its health check', () => {
    const ready = { type: 'Ready', lastTransitionTime: instant(112) };
    const revision = { createTime: instant(100), conditions: [ready, ...healthy('Fine.').conditions] };
    expect(containerOf(revision, undefined).start).toEqual({ ms: 12_000, of: 'ready' });
    expect(containerOf({ ...revision, createTime: instant(200) }, undefined).start).toBeUndefined();
  });

  it('has all that its sidecars have, and the minimum of its service', () => {
    const containers = [
      { resources: { limits: { cpu: '2', memory: '2Gi' }, cpuIdle: false } },
      { resources: { limits: { cpu: '500m', memory: '256Mi' } } },
    ];
    const scaling = { minInstanceCount: 1, maxInstanceCount: 20 };
    expect(containerOf({ containers, scaling }, { scaling: { minInstanceCount: 3 } })).toEqual({
      cpu: 2_500,
      memory: 2_304,
      minInstances: 3,
      maxInstances: 20,
      billing: 'instance',
    });
    expect(containerOf({ containers, scaling }, { scaling: { manualInstanceCount: 5 } }).minInstances).toBe(
      5,
    );
    expect(containerOf({ nodeSelector: { accelerator: 'nvidia-l4' } }, undefined).gpu).toBe(true);
  });
});

describe('the use of a service', () => {
  it('is summed up over days, with two calls', async () => {
    const cloud = await startCloud({ sampling: { period: 100, lag: 0 } });
    const toMs = Date.now();
    const usage = await cloud.metrics.usage(backend, { fromMs: toMs - 30 * 86_400_000, toMs }, alive);
    expect(usage?.days).toBe(30);
    // 16 hours a day, one of the days may be cut by the window.
    expect(usage!.instanceSeconds / 57_600).toBeGreaterThanOrEqual(28);
    expect(usage!.instanceSeconds / 57_600).toBeLessThanOrEqual(31);
    expect(cloud.sandbox.calls().filter(({ method }) => method === 'ListTimeSeries')).toHaveLength(2);
  });
});
