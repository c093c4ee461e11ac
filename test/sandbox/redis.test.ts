import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../src/sandbox/redis.ts';

const started: PrivateRedis[] = [];

async function start(port?: number): Promise<PrivateRedis> {
  const redis = await startPrivateRedis(port === undefined ? {} : { port });
  started.push(redis);
  return redis;
}

async function ask<T>(url: string, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((redis) => redis.stop()));
});

describe('a private redis', () => {
  test('answers on loopback only, keeps every write, and evicts nothing', async () => {
    const redis = await start();
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    const settings = await ask(redis.url, async (client) => {
      const names = ['bind', 'appendonly', 'appendfsync', 'maxmemory-policy', 'save'];
      return await client.config('GET', ...(names as [string]));
    });
    const byName = Object.fromEntries(pairs(settings as string[]));
    expect(byName).toEqual({
      bind: '127.0.0.1',
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
      save: '',
    });
  });

  test('has after a SIGKILL and a restart what was acknowledged before', async () => {
    const redis = await start();
    await ask(redis.url, (client) => client.set('kept', 'yes'));
    const before = redis.pid;
    await redis.kill();
    expect(isAlive(before)).toBe(false);
    await redis.restart();
    expect(redis.pid).not.toBe(before);
    expect(await ask(redis.url, (client) => client.get('kept'))).toBe('yes');
  });

  test('restarts also while it runs', async () => {
    const redis = await start();
    await ask(redis.url, (client) => client.set('kept', 'yes'));
    await redis.restart();
    expect(await ask(redis.url, (client) => client.get('kept'))).toBe('yes');
  });

  test('stop ends the process, removes the data, and may be called again', async () => {
    const redis = await start();
    const folder = await dataFolder(redis);
    expect(existsSync(folder)).toBe(true);
    await redis.stop();
    await redis.stop();
    expect(isAlive(redis.pid)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  test('many at once each get a port of their own', async () => {
    const all = await Promise.all([start(), start(), start(), start()]);
    expect(new Set(all.map(({ port }) => port)).size).toBe(4);
  });
});

describe('a wanted port that is taken', () => {
  test('by another server is a clear error and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    // Other tests make folders of theirs meanwhile.
    const temp = mkdtempSync(path.join(tmpdir(), 'slipway-taken-'));
    vi.stubEnv('TMPDIR', temp);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(temp, { recursive: true, force: true });
    });
    await expect(startPrivateRedis({ port })).rejects.toMatchObject({
      code: 'redis_port_in_use',
      message: `Port ${port} on 127.0.0.1 is taken; choose another one`,
    });
    expect(folders()).toEqual([]);
    other.close();
  });

  test('by another redis is not taken for our own', async () => {
    const first = await start();
    await expect(startPrivateRedis({ port: first.port })).rejects.toMatchObject({
      code: 'redis_port_in_use',
    });
  });
});

describe('the server ends with the process that started it', () => {
  const script = `
    import { startPrivateRedis } from ${JSON.stringify(new URL('../../src/sandbox/redis.ts', import.meta.url).href)};
    const { pid, url } = await startPrivateRedis();
    process.stdout.write(JSON.stringify({ pid, url }) + '\\n');
    process.stdin.once('data', () => process.stdin.destroy());
  `;

  async function parent(): Promise<{ process: ChildProcess; pid: number; folder: string }> {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const redis = JSON.parse(line) as PrivateRedis;
    return { process: child, pid: redis.pid, folder: await dataFolder(redis) };
  }

  async function expectNothingLeft({ pid, folder }: { pid: number; folder: string }): Promise<void> {
    await vi.waitFor(() => {
      expect(isAlive(pid)).toBe(false);
      expect(existsSync(folder)).toBe(false);
    }, 10_000);
  }

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('when that is ended by %s', async (signal) => {
    const started = await parent();
    started.process.kill(signal);
    await expectNothingLeft(started);
  });

  test('when that has nothing more to do, which the server does not prevent', async () => {
    const started = await parent();
    started.process.stdin?.write('end\n');
    expect(await once(started.process, 'exit')).toEqual([0, null]);
    await expectNothingLeft(started);
  });
});

async function dataFolder({ url }: Pick<PrivateRedis, 'url'>): Promise<string> {
  const [, folder] = (await ask(url, (client) => client.config('GET', 'dir'))) as [string, string];
  return folder;
}

function folders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('slipway-redis-'));
}

function pairs(flat: readonly string[]): [name: string, value: string][] {
  return flat.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [],
  );
}
