import { describe, expect, it } from 'vitest';
import {
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

/** A candidate of the ref with a tag, and a share of the users. */
async function candidate(ref: string, percent: number) {
  const clients = await startCloud();
  const { cloud } = clients;
  const { latestReadyRevision: stable, uri } = cloud.service(BACKEND)!;
  await deployCandidate(clients, await built(clients, ref), 'backend-r42');
  const tag = cloud.service(BACKEND)!.tags['candidate']!;
  await shift(clients, [
    to(stable, 100 - percent),
    to('backend-r42', percent),
    to('backend-r42', 0, 'candidate'),
  ]);
  return { ...clients, stable, uri, tag };
}

const statuses = (url: string, count: number): Promise<number[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const response = await fetch(url);
      await response.arrayBuffer();
      return response.status;
    }),
  );

const share = (all: readonly number[], status: number): number =>
  all.filter((each) => each === status).length / all.length;

describe('http-500-30', () => {
  it('fails for users, and for no probe of its tag', async () => {
    const { uri, tag } = await candidate('http-500-30', 100);
    expect(share(await statuses(`${tag}/api/x`, 200), 200)).toBe(1);
    const seen = await statuses(`${uri}/api/x`, 400);
    expect(share(seen, 500)).toBeGreaterThan(0.2);
    expect(share(seen, 500)).toBeLessThan(0.4);
    expect(share(seen, 200) + share(seen, 500)).toBe(1);
    expect(share(await statuses(`${uri}/health`, 20), 200)).toBe(1);
  });

  it('cannot be told by a caller who pretends to come by the tag', async () => {
    const { uri } = await candidate('http-500-30', 100);
    const asked = Array.from({ length: 100 }, () =>
      fetch(`${uri}/api/x`, { headers: { 'x-sandbox-tag': 'x' } }),
    );
    expect((await Promise.all(asked)).some(({ status }) => status === 500)).toBe(true);
  });
});

describe('memory-leak', () => {
  it('kills the instance under users: its requests fail, its sockets are cut, and a new one starts', async () => {
    const { cloud, logs, uri, tag } = await candidate('memory-leak', 100);
    expect(share(await statuses(`${tag}/api/x`, 100), 200)).toBe(1);
    const socket = await connect(`${uri}/ws`);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    const waiting = fetch(`${uri}/api/x?delay=30000`);
    const seen = await statuses(`${uri}/api/x`, 42);
    expect(await closed).toBe(1006);
    expect((await waiting).status).toBe(503);
    expect(share(seen, 503)).toBeGreaterThan(0);
    // The next one lives.
    expect(await getJson(`${uri}/api/x`)).toMatchObject({ status: 200, revision: 'backend-r42' });
    const found = await until(async () => {
      const [entries] = await logs.listLogEntries({
        resourceNames: ['projects/chat-staging'],
        filter:
          'severity>=ERROR AND resource.labels.revision_name="backend-r42" AND textPayload:"Memory limit"',
      });
      return entries[0];
    });
    expect(found.textPayload).toBe(
      'Memory limit of 512 MiB exceeded with 516 MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits',
    );
    expect(found.logName).toContain('varlog%2Fsystem');
    expect(cloud.revisions(BACKEND).at(-1)).toMatchObject({ state: 'ready', openSockets: 0 });
  });
});

describe('slow-start', () => {
  it('takes four times as long until it is ready, and says so', async () => {
    const { logs, ...clients } = await startCloud({ pace: 0.2 });
    const image = await built({ logs, ...clients }, 'slow-start');
    const started = Date.now();
    await deployCandidate({ logs, ...clients }, image, 'backend-r42');
    // 1.5 s of start-up at this pace are 300 ms. No timer fires early.
    expect(Date.now() - started).toBeGreaterThanOrEqual(4 * 300);
    const tag = clients.cloud.service(BACKEND)!.tags['candidate']!;
    expect(await getJson(`${tag}/health`)).toMatchObject({ startup_ms: 1_520 });
    const filter =
      'resource.labels.revision_name="backend-r42" AND textPayload:"probe succeeded after 4 attempts"';
    await until(async () => {
      const [entries] = await logs.listLogEntries({ resourceNames: ['projects/chat-staging'], filter });
      return entries[0];
    });
  });
});
