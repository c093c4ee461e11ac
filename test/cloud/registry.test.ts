import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ImageRegistry } from '../../src/cloud/registry.ts';
import { alive, built, registry, startCloud } from './support.ts';

/** A registry that answers as the test says. @returns its address */
async function registryThat(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const token = () => Promise.resolve('secret');
const image = `${registry}@sha256:${'0'.repeat(64)}`;

describe('the size of an image', () => {
  it('is that of linux/amd64, compressed, by digest and by tag', async () => {
    const cloud = await startCloud();
    const heavy = await built(cloud, 'heavy-image');
    expect(await cloud.images.size(heavy, alive)).toBe(350e6);
    expect(await cloud.images.size(`${registry}:heavy-image`, alive)).toBe(350e6);
    expect(await cloud.images.size(registry, alive)).toBe(150e6);
  });

  it('is read from a manifest that is no index as well', async () => {
    const manifest = { schemaVersion: 2, config: { size: 7 }, layers: [{ size: 100 }, { size: 20 }] };
    const url = await registryThat((_request, response) => response.end(JSON.stringify(manifest)));
    expect(await new ImageRegistry({ url, token }).size(image, alive)).toBe(127);
  });

  it.each([
    ['no such image', { status: 404, body: '{"errors":[]}' }, 'answered 404'],
    ['no manifest', { status: 200, body: '{"hello":1}' }, 'no manifest'],
    ['no JSON', { status: 200, body: '<html>' }, 'no answer that can be read'],
    ['only another platform', { status: 200, body: '{"manifests":[]}' }, 'nothing for linux/amd64'],
    ['more than a manifest may have', { status: 200, body: `"${'x'.repeat(5e6)}"` }, 'larger than 4 MiB'],
    ['another address', { status: 307, body: '' }, 'answered 307'],
  ])('is unknown where there is %s', async (_what, { status, body }, told) => {
    const url = await registryThat((_request, response) =>
      response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body),
    );
    await expect(new ImageRegistry({ url, token }).size(image, alive)).rejects.toThrow(told);
  });

  it('sends no token to anybody but Google', async () => {
    const asked: string[] = [];
    const images = new ImageRegistry({ token: () => (asked.push('token'), Promise.resolve(undefined)) });
    for (const name of ['evil.example/a/b', 'docker.pkg.dev.evil.example/a/b', 'localhost:5000/a'])
      await expect(images.size(name, alive)).rejects.toThrow('is no registry of Google');
    expect(asked).toEqual([]);
    await expect(images.size(registry, alive)).rejects.toThrow('no Google credentials');
    expect(asked).toEqual(['token']);
  });

  it.each(['a/../../b', 'a/b?x', 'a b/c', `${registry}@sha256:../x`, ''])(
    'is not asked for under the name %j',
    async (name) => {
      const images = new ImageRegistry({ url: 'http://127.0.0.1:1', token });
      await expect(images.size(name, alive)).rejects.toThrow(/cannot be read/);
    },
  );
});
