import { describe, expect, it } from 'vitest';
import { BACKEND, built, deployCandidate, startCloud } from '../support.ts';
import { put, service, settled } from './support.ts';

describe('a replace by gcloud', () => {
  it('moves traffic, and makes no revision of it', async () => {
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

  it('changes an image and a variable', async () => {
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
});
