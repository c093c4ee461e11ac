import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const scripts = new URL('../../scripts/', import.meta.url);
let root: string;

/** A project with the real scripts and a pretended npm that makes a pretended vitest. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'slipway-run-'));
  cpSync(scripts, path.join(root, 'scripts'), { recursive: true });
  write('package.json', '{ "type": "module" }');
  write(
    'package-lock.json',
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { integrity: 'one' } } }),
  );
  write('vitest', 'console.log(...process.argv.slice(2));');
  npm('mkdir -p node_modules/.bin && cp vitest node_modules/.bin/vitest');
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function npm(script: string): void {
  write('bin/npm', `#!/bin/sh\necho "npm $*" >> calls\n${script}\n`);
  chmodSync(path.join(root, 'bin', 'npm'), 0o755);
}

const npmCalls = (): string[] =>
  existsSync(path.join(root, 'calls'))
    ? readFileSync(path.join(root, 'calls'), 'utf8').trim().split('\n')
    : [];

function start(...args: string[]): { args: string[]; env: NodeJS.ProcessEnv } {
  const PATH = `${path.join(root, 'bin')}:/usr/bin:/bin`;
  return { args: [path.join(root, 'scripts', 'run.mjs'), ...args], env: { PATH } };
}

async function run(...given: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { args, env } = start(...given);
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (_error, out, err) => {
      resolve({ code: child.exitCode, out, err });
    });
  });
}

describe('the packages', () => {
  test('are installed once, and the arguments are passed on', async () => {
    const first = await run('test', 'a b', '--bail');
    expect(first).toMatchObject({ code: 0, out: 'run a b --bail\n' });
    expect(first.err).toContain('npm ci');
    expect(await run('test')).toEqual({ code: 0, out: 'run\n', err: '' });
    expect(npmCalls()).toEqual(['npm ci --include=dev --no-audit --no-fund']);
  });

  test('are installed again when package-lock.json changed', async () => {
    await run('test');
    write('package-lock.json', JSON.stringify({ packages: { 'node_modules/a': { integrity: 'two' } } }));
    await run('test');
    expect(npmCalls()).toHaveLength(2);
  });

  test('are left alone when somebody ran npm ci', async () => {
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': { integrity: 'one' } } }),
    );
    write('node_modules/.bin/vitest', 'console.log("by hand")');
    expect(await run('test')).toEqual({ code: 0, out: 'by hand\n', err: '' });
    expect(npmCalls()).toEqual([]);
  });

  test('are installed again when those there are for another platform', async () => {
    await run('test');
    const stamp = path.join('node_modules', '.slipway-lock');
    write(stamp, readFileSync(path.join(root, stamp), 'utf8').replace(process.platform, 'plan9'));
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': { integrity: 'one' } } }),
    );
    await run('test');
    expect(npmCalls()).toHaveLength(2);
  });

  test('are installed when what somebody installed is another version', async () => {
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': { integrity: 'old' } } }),
    );
    await run('test');
    expect(npmCalls()).toHaveLength(1);
  });

  test('are installed by one of many that start at once', async () => {
    npm('/bin/sleep 0.5; mkdir -p node_modules/.bin && cp vitest node_modules/.bin/vitest');
    const all = await Promise.all([run('test'), run('test'), run('test')]);
    expect(all.map(({ code, out }) => ({ code, out }))).toEqual(Array(3).fill({ code: 0, out: 'run\n' }));
    expect(npmCalls()).toHaveLength(1);
    expect(existsSync(path.join(root, '.slipway-install'))).toBe(false);
  });

  test('are installed in spite of a lock that a killed process left behind', async () => {
    const left = path.join(root, '.slipway-install');
    mkdirSync(left);
    utimesSync(left, new Date(0), new Date(0));
    expect((await run('test')).code).toBe(0);
    expect(npmCalls()).toHaveLength(1);
    expect(existsSync(left)).toBe(false);
  });

  test('leave no lock behind when the install is interrupted', async () => {
    npm('touch began; exec /bin/sleep 30');
    const { args, env } = start('test');
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    await vi.waitFor(() => {
      expect(existsSync(path.join(root, 'began'))).toBe(true);
    }, 10_000);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(existsSync(path.join(root, '.slipway-install'))).toBe(false);
  });

  test('that cannot be installed end with what npm wrote', async () => {
    npm('echo "npm error code E404" >&2; exit 3');
    const { code, err } = await run('test');
    expect(code).toBe(1);
    expect(err).toMatch(/npm ci .*failed with exit code 3:\nnpm error code E404/);
  });
});

describe('the command', () => {
  test('ends with the exit code of what it ran', async () => {
    write('vitest', 'process.exit(7);');
    expect((await run('test')).code).toBe(7);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('passes %s on and ends by it too', async (signal) => {
    const told = `process.on('${signal}', () => { console.log('told'); process.exit(5); });`;
    write('vitest', `${told} console.log('ready'); setInterval(() => {}, 1000);`);
    const { args, env } = start('test');
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      if (line === 'ready') child.kill(signal);
    });
    expect(await once(child, 'exit')).toEqual([5, null]);
    expect(lines).toEqual(['ready', 'told']);
  });

  test('ends by the signal that ended what it ran', async () => {
    write('vitest', `process.kill(process.pid, 'SIGKILL');`);
    const { args, env } = start('test');
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  test('that is unknown is refused with the known ones', async () => {
    const { code, err } = await run('deploy');
    expect(code).toBe(1);
    expect(err).toContain(
      'Unknown command "deploy". Expected one of: demo, cli, test, lab, bench, build, check.',
    );
    expect(npmCalls()).toEqual([]);
  });
});
