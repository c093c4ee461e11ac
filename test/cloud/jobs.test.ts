import { describe, expect, it } from 'vitest';
import type { ExecutionRequest } from '../../src/cloud/jobs.ts';
import type { JobWork } from '../../src/sandbox/cloud/run/execution.ts';
import { alive, answered, type CloudOfTests, startCloud } from './support.ts';

const job = {
  kind: 'cloud-run-job',
  job: 'e2e-tests',
  project: 'chat-staging',
  region: 'us-central1',
} as const;
const request = (more: Partial<ExecutionRequest> = {}): ExecutionRequest => ({
  job,
  mark: 'staging-42-k3f9ab-e2e-all',
  env: { SLIPWAY_URL: 'http://127.0.0.1:1' },
  timeoutMs: 60_000,
  ...more,
});

async function withJob(work: JobWork = () => 0): Promise<CloudOfTests> {
  const cloud = await startCloud();
  cloud.sandbox.job('chat-staging/e2e-tests', work);
  return cloud;
}

const ended = (cloud: CloudOfTests, name: string) =>
  cloud.jobs.end(name, { timeoutMs: 60_000, onProgress: () => undefined }, alive);

describe('a job', () => {
  it('runs with what it is told', async () => {
    const cloud = await withJob(({ env, args }) => (args[0] === '-k' && env['SLIPWAY_URL'] !== '' ? 0 : 1));
    const name = await cloud.jobs.start(request({ args: ['-k', 'a or b'] }), alive);
    expect(await ended(cloud, name)).toMatchObject({
      kind: 'succeeded',
      succeeded: 1,
      failed: 0,
      logUrl: expect.stringContaining('https://console.cloud.google.com/logs') as string,
    });
  });

  it('fails with the words of Cloud Run', async () => {
    const cloud = await withJob(() => 1);
    const end = await ended(cloud, await cloud.jobs.start(request(), alive));
    expect(end).toMatchObject({
      kind: 'failed',
      failed: 1,
      detail: expect.stringContaining('Task ') as string,
    });
  });

  it('is begun once, however often it is started and whatever answer is lost', async () => {
    const cloud = await withJob();
    cloud.sandbox.faults.fail('RunJob', 'UNAVAILABLE', 1, 'after');
    const name = await cloud.jobs.start(request(), alive);
    expect(await cloud.jobs.start(request({ begunBefore: true }), alive)).toBe(name);
    expect(cloud.sandbox.executions()).toHaveLength(1);
    expect(answered(cloud, 'RunJob')).toBe(1);
    expect(await cloud.jobs.start(request({ mark: 'staging-43-aaaaaa-e2e-all' }), alive)).not.toBe(name);
  });

  it('is cancelled, and cancelling again does nothing', async () => {
    const cloud = await withJob(() => new Promise<number>(() => undefined));
    const name = await cloud.jobs.start(request(), alive);
    await cloud.jobs.cancel(name, alive);
    expect(await ended(cloud, name)).toMatchObject({ kind: 'cancelled', cancelled: 1 });
    await cloud.jobs.cancel(name, alive);
    expect(cloud.sandbox.executions()[0]?.state).toBe('cancelled');
  });

  it('that does not exist is told in the words of Cloud Run', async () => {
    const cloud = await startCloud();
    await expect(cloud.jobs.start(request(), alive)).rejects.toThrow("'e2e-tests' of kind 'JOB'");
  });
});

describe('an object of Cloud Storage', () => {
  const place = { bucket: 'chat-staging-reports', object: 'e2e/staging-42.xml' };

  it('is read whole, and it is known when it was written', async () => {
    const cloud = await startCloud();
    cloud.sandbox.upload(place.bucket, place.object, 'hello');
    const found = await cloud.objects.get(place, alive);
    if (found.kind !== 'found') throw new Error(found.why);
    const chunks: Uint8Array[] = [];
    for await (const chunk of found.bytes) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('hello');
    expect(found.size).toBe(5);
    expect(Math.abs(found.updatedAt - Date.now())).toBeLessThan(60_000);
  });

  it('that is not there is told in the words of Google', async () => {
    const cloud = await startCloud();
    expect(await cloud.objects.get(place, alive)).toStrictEqual({
      kind: 'none',
      why: 'HTTP 404: No such object: chat-staging-reports/e2e/staging-42.xml',
    });
  });
});
