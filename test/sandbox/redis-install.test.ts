import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findOrInstallRedis, SandboxRedisError } from '../../src/sandbox/redis-install.ts';

let bin: string;
let said: string[];

beforeEach(() => {
  bin = mkdtempSync(path.join(tmpdir(), 'slipway-bin-'));
  said = [];
  symlinkSync('/usr/bin/env', path.join(bin, 'env'));
});

afterEach(() => {
  rmSync(bin, { recursive: true, force: true });
});

/** A program on the only PATH the search sees; it notes how it was called, then does `script`. */
function program(name: string, script = ''): string {
  const file = path.join(bin, name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${bin}/calls\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function search(root: boolean): Promise<string> {
  return await findOrInstallRedis({ env: { PATH: bin }, root, say: (line) => said.push(line) });
}

async function refusal(root: boolean): Promise<SandboxRedisError> {
  const error: unknown = await search(root).catch((thrown: unknown) => thrown);
  if (error instanceof SandboxRedisError) return error;
  throw new Error('it was found', { cause: error });
}

const calls = (): string[] => readFileSync(path.join(bin, 'calls'), 'utf8').trim().split('\n');
const onInstall = (name: string): string =>
  `case "$*" in *install*) printf '#!/bin/sh\\n' > ${bin}/${name}; /bin/chmod 755 ${bin}/${name};; esac`;

test('what is on PATH is used, and nothing is said', async () => {
  program('apt-get');
  const valkey = program('valkey-server');
  expect(await search(true)).toBe(valkey);
  const redis = program('redis-server');
  expect(await search(true)).toBe(redis);
  expect(said).toEqual([]);
});

test('apt-get installs the package without a service, and says the exact commands before', async () => {
  program('apt-get', onInstall('redis-check-rdb'));
  expect(await search(true)).toBe(path.join(bin, 'redis-check-rdb'));
  const before = 'No Redis server on this machine. Installing one: ';
  const apt = 'env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get';
  const options = '-o DPkg::Lock::Timeout=120 install -y --no-install-recommends';
  expect(said).toEqual([`${before}${apt} update`, `${before}${apt} ${options} redis-tools`]);
  expect(calls()).toEqual(['apt-get update', `apt-get ${options} redis-tools`]);
});

test('a broken repository that fails the update does not stop the install', async () => {
  program('apt-get', `${onInstall('redis-check-rdb')}\ncase "$*" in update) exit 100;; esac`);
  expect(await search(true)).toBe(path.join(bin, 'redis-check-rdb'));
});

test('who is not root goes through sudo, which must not ask for a password', async () => {
  program('sudo', 'shift; exec "$@"');
  program('dnf', onInstall('redis-server'));
  expect(await search(false)).toBe(path.join(bin, 'redis-server'));
  expect(calls()).toEqual(['sudo -n dnf install -y redis', 'dnf install -y redis']);
});

test('a distribution that only knows valkey gets valkey', async () => {
  program('pacman', `case "$*" in *valkey) ${onInstallAlways('valkey-server')};; *) exit 1;; esac`);
  expect(await search(true)).toBe(path.join(bin, 'valkey-server'));
  expect(said).toHaveLength(2);
});

test('brew is never run by sudo', async () => {
  program('sudo');
  program('brew', onInstall('redis-server'));
  await search(false);
  expect(calls()).toEqual(['brew install redis']);
});

test('no package manager: the error says what to do', async () => {
  const error = await refusal(true);
  expect(error.code).toBe('redis_not_installed');
  expect(error.message).toMatch(/no known package manager.*Install Redis 7 or Valkey yourself/i);
});

test('not root and no sudo: nothing is run', async () => {
  program('apt-get');
  const error = await refusal(false);
  expect(error.message).toMatch(/needs root, and there is no sudo/);
  expect(said).toEqual([]);
});

test('a failed install shows what the package manager wrote', async () => {
  program('apk', 'echo "ERROR: unable to select packages" >&2; exit 3');
  const error = await refusal(true);
  expect(error.message).toContain('exit 3: ERROR: unable to select packages');
});

function onInstallAlways(name: string): string {
  return `printf '#!/bin/sh\\n' > ${bin}/${name}; /bin/chmod 755 ${bin}/${name}`;
}
