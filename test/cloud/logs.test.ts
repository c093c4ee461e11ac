import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostLines } from '../../src/cloud/log-text.ts';
import { alive, answered, backend, built, type CloudOfTests, openCloud } from './support.ts';

let cloud: CloudOfTests;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ cloud, close } = await openCloud());
});
afterAll(() => close());

let builds = 0;
async function failedBuild(ref: string) {
  builds += 1;
  const tag = `t${builds}`;
  const name = await cloud.build.start({ target: backend, ref, tag, imageTag: tag }, alive);
  const end = await cloud.build.end(name, backend, alive);
  if (end.kind !== 'failed') throw new Error(end.kind);
  return { name, target: backend, step: end.step };
}

describe.concurrent('the log of a failed build', () => {
  it('is the end of its failed step, complete and without prefix', async () => {
    const build = await failedBuild('build-broken');
    const lines = await cloud.logs.ofBuild(build, alive);
    expect(lines.at(-1)).toMatch(/^FAILED tests\/agents\/test_supervisor\.py/);
    expect(lines).toContain("E       AssertionError: assert 'general' == 'billing'");
    expect(lines.join('\n')).not.toMatch(/Step #|PUSH|FETCHSOURCE/);
    expect(lines.length).toBeLessThanOrEqual(mostLines);
  });

  it('is that of the whole build when no step failed', async () => {
    const build = await failedBuild('no-such-branch');
    const lines = await cloud.logs.ofBuild(build, alive);
    expect(lines.join('\n')).toContain("couldn't find remote ref no-such-branch");
  });

  it('is only that of this build', async () => {
    const build = await failedBuild('build-broken');
    await built(cloud, 'release-2');
    const lines = await cloud.logs.ofBuild(build, alive);
    expect(lines.join('\n')).not.toContain('release-2');
    expect(lines.at(-1)).toMatch(/^FAILED/);
  });
});

describe.concurrent('a log that still grows', () => {
  it('is read until it has ended', async () => {
    const slow = await openCloud({ pace: 0.3 });
    const request = { target: backend, ref: 'build-broken', tag: 'slow', imageTag: 'slow' };
    const name = await slow.cloud.build.start(request, alive);
    const step = { index: 0, name: 'docker build', exitCode: 1 };
    const lines = await slow.cloud.logs.ofBuild({ name, target: backend, step }, alive);
    await slow.close();
    expect(lines.at(-1)).toMatch(/^FAILED/);
    expect(lines).toHaveLength(12);
  });
});

describe.concurrent('the log of a revision', () => {
  it('tells the traceback line by line, with Cloud Run’s own words', async () => {
    const image = await built(cloud, 'startup-crash');
    const revision = 'backend-r42-k3f9ab';
    await cloud.run.createCandidate({ target: backend, revision, tag: 'op42', image, operation: 'o' }, alive);
    await cloud.run.readiness(backend, revision, alive);
    const lines = await cloud.logs.ofRevision(backend, revision, alive);
    expect(lines).toContain("NameError: name 'DatabaseSessionManager' is not defined");
    expect(lines).toContain('  File "/app/app/agents/supervisor.py", line 27, in <module>');
    expect(lines.every((line) => !line.includes('\n') && line.trim() !== '')).toBe(true);
    expect(lines.length).toBeLessThanOrEqual(mostLines);
    expect(new Set(lines.filter((line) => line.startsWith('NameError'))).size).toBe(1);
  });

  it('is not hidden by the lines of its requests', async () => {
    const service = await cloud.run.service(backend, alive);
    const revision = service?.serving[0]?.revision ?? '';
    const before = await cloud.logs.ofRevision(backend, revision, alive);
    expect(before.length).toBeGreaterThan(0);
    for (let each = 0; each < 250; each += 1)
      await (await fetch(new URL('/no-such-page', service?.url))).text();
    expect(await cloud.logs.ofRevision(backend, revision, alive)).toEqual(
      expect.arrayContaining([...before]),
    );
  });
});

describe('a log that cannot be read', () => {
  it('because Google is away for a moment is read again', async () => {
    const build = await failedBuild('build-broken');
    cloud.sandbox.faults.fail('ListLogEntries', 'UNAVAILABLE', 1);
    expect((await cloud.logs.ofBuild(build, alive)).at(-1)).toMatch(/^FAILED/);
    expect(answered(cloud, 'ListLogEntries')).toBeGreaterThan(1);
  });

  it('because that is not permitted says so', async () => {
    const build = await failedBuild('build-broken');
    cloud.sandbox.faults.fail('ListLogEntries', 'PERMISSION_DENIED');
    await expect(cloud.logs.ofBuild(build, alive)).rejects.toMatchObject({ name: 'CloudError', code: 7 });
  });

  it('yet is not waited for by a worker that must let go', async () => {
    const build = await failedBuild('build-broken');
    const release = cloud.sandbox.faults.hold('ListLogEntries');
    const controller = new AbortController();
    const reading = cloud.logs.ofBuild(build, controller.signal);
    await expect.poll(() => cloud.sandbox.faults.held('ListLogEntries')).toBe(1);
    controller.abort(new Error('shutdown'));
    await expect(reading).rejects.toThrow('shutdown');
    release();
  });
});
