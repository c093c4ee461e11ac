import { credentials, makeClientConstructor, Metadata, status, type Client } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { serviceDefinition } from '../../../src/sandbox/cloud/protos.ts';
import { BACKEND, buildRequest, PARENT, startCloud, to } from './support.ts';

const open: Client[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

/** A bare gRPC client, not Google's: any client of the protos is to work. */
function bare(endpoint: string, service: string) {
  const client = new (makeClientConstructor(serviceDefinition(service), service))(
    endpoint,
    credentials.createInsecure(),
  );
  open.push(client);
  return (method: string, request: object): Promise<Record<string, unknown>> => {
    const metadata = new Metadata();
    metadata.set('x-goog-request-params', 'location=us-central1');
    return new Promise((resolve, reject) => {
      client[method]?.(request, metadata, (error: Error | null, answer: Record<string, unknown>) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  };
}

describe('google.longrunning.Operations', () => {
  it('waits, lists, and tells an operation of a newer update’s victim', async () => {
    // At demo pace the second update surely comes before the first is over.
    const { cloud } = await startCloud({ pace: 1 });
    const stable = cloud.service(BACKEND)!.latestReadyRevision;
    const run = bare(cloud.endpoint, 'google.cloud.run.v2.Services');
    const operations = bare(cloud.endpoint, 'google.longrunning.Operations');
    const update = (tag: string) =>
      run('updateService', {
        service: { name: BACKEND, traffic: [to(stable, 100, tag)] },
        updateMask: { paths: ['traffic'] },
      });
    const [first, second] = [await update('one'), await update('two')];
    expect(first['done']).toBe(false);
    expect(cloud.service(BACKEND)!.reconciling).toBe(true);

    const over = await operations('waitOperation', { name: second['name'] });
    expect(over).toMatchObject({
      done: true,
      response: { type_url: 'type.googleapis.com/google.cloud.run.v2.Service' },
    });
    const { operations: listed } = await operations('listOperations', { name: PARENT });
    expect(listed).toMatchObject([
      { name: first['name'], done: true, error: { code: status.ABORTED } },
      { name: second['name'], done: true },
    ]);
    expect(Object.keys(cloud.service(BACKEND)!.tags)).toEqual(['two']);
  });

  it('ends a wait at its timeout, done or not', async () => {
    const { cloud } = await startCloud({ pace: 1 });
    const builds = bare(cloud.endpoint, 'google.devtools.cloudbuild.v1.CloudBuild');
    const operations = bare(cloud.endpoint, 'google.longrunning.Operations');
    const { name } = await builds('createBuild', { parent: PARENT, build: buildRequest('main') });
    const waited = await operations('waitOperation', { name, timeout: { seconds: 0, nanos: 20_000_000 } });
    expect(waited['done']).toBe(false);
    await operations('cancelOperation', { name });
    expect(cloud.builds()[0]!.status).toBe('CANCELLED');
  });

  it('answers UNIMPLEMENTED for what is not modelled', async () => {
    const { cloud } = await startCloud();
    const run = bare(cloud.endpoint, 'google.cloud.run.v2.Services');
    await expect(run('getIamPolicy', { resource: BACKEND })).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });
});
