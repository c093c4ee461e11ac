import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type ProgramRequest, runProgram } from '../../src/programs/program.ts';

const never = new AbortController().signal;

function node(script: string, more: Partial<ProgramRequest> = {}) {
  return runProgram({
    file: process.execPath,
    args: ['-e', script],
    env: {},
    timeoutMs: 20_000,
    signal: never,
    ...more,
  });
}

describe('a program', () => {
  it('ends with its exit code, and its output line by line', async () => {
    const lines: string[] = [];
    const end = await node(
      'process.stdout.write("one\\r\\ntw"); process.stdout.write("o\\nthree"); process.exitCode = 3',
      {
        onLine: (line) => lines.push(line),
      },
    );
    expect(end).toMatchObject({ kind: 'exited', exitCode: 3, stdout: 'one\r\ntwo\nthree' });
    expect(lines).toStrictEqual(['one', 'two', 'three']);
  });

  it('gets the environment that it is given and no other', async () => {
    const end = await node('console.log(JSON.stringify(process.env))', { env: { WHERE: 'staging' } });
    expect(end).toMatchObject({ stdout: '{"WHERE":"staging"}\n' });
  });

  it('that does not exist was not started', async () => {
    expect(await node('', { file: 'no-such-program' })).toMatchObject({
      kind: 'not-started',
      error: expect.stringContaining('ENOENT') as string,
    });
  });

  it('never ends by itself, and is ended with all that it has started', async () => {
    // A child of the program holds this connection as long as it lives.
    const server = createServer().listen(0, '127.0.0.1');
    const connected = once(server, 'connection') as Promise<[Socket]>;
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const inner = `require('node:net').connect(${port}, '127.0.0.1'); setInterval(() => {}, 1e9)`;
    const outer = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}]); setInterval(() => {}, 1e9)`;
    const end = node(outer, { timeoutMs: 1_500 });
    const [socket] = await connected;
    const closed = once(
      socket.on('error', () => undefined),
      'close',
    );
    expect((await end).kind).toBe('timed-out');
    await closed;
    server.close();
  });

  it('is ended when it writes without end, and only the end is kept', async () => {
    const end = await node('const s = "x".repeat(65536); const f = () => process.stdout.write(s, f); f()', {
      atMostBytes: 10_000_000,
    });
    expect(end.kind).toBe('too-much-output');
    expect('stdout' in end && end.stdout.length).toBeLessThanOrEqual(65_536);
  });

  it('is ended when nobody waits for it any more', async () => {
    const controller = new AbortController();
    const running = node('console.log("on"); setInterval(() => {}, 1e9)', {
      signal: controller.signal,
      onLine: () => {
        controller.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
  });
});

describe('a program that outlives its worker', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-program-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is read from its file while it runs, and to its end', async () => {
    const lines: string[] = [];
    const end = await node('console.log("one"); console.error("two"); process.exitCode = 4', {
      outlivesInto: path.join(folder, 'read.log'),
      onLine: (line) => lines.push(line),
    });
    expect(end).toMatchObject({ kind: 'exited', exitCode: 4, stdout: 'one\ntwo\n', bytes: 8 });
    expect(lines).toStrictEqual(['one', 'two']);
  });

  it('goes on when the worker is killed', async () => {
    const log = path.join(folder, 'outlives.log');
    // The program says how it goes while its worker is there, and again when that is gone.
    const inner = `
      const { writeSync } = require('node:fs');
      writeSync(1, 'begun\\n');
      const worker = process.ppid;
      const timer = setInterval(() => {
        if (process.ppid === worker) return;
        clearInterval(timer);
        writeSync(1, 'ended alone\\n');
      }, 20);`;
    const module = pathToFileURL(path.resolve(import.meta.dirname, '../../src/programs/program.ts')).href;
    const outer = `
      const { runProgram } = await import(${JSON.stringify(module)});
      await runProgram({ file: process.execPath, args: ['-e', ${JSON.stringify(inner)}], env: {},
        timeoutMs: 60_000, signal: new AbortController().signal, outlivesInto: ${JSON.stringify(log)},
        onLine: () => process.kill(process.pid, 'SIGKILL') });`;
    const end = await runProgram({
      file: process.execPath,
      args: ['--import', 'tsx', '--input-type=module', '-e', outer],
      cwd: path.resolve(import.meta.dirname, '../..'),
      env: {},
      timeoutMs: 60_000,
      signal: never,
    });
    expect(end).toMatchObject({ kind: 'killed', by: 'SIGKILL' });
    await vi.waitFor(() => {
      expect(readFileSync(log, 'utf8')).toBe('begun\nended alone\n');
    }, 60_000);
  });

  it('is told to end by the signal that it was asked for', async () => {
    const stopping = new AbortController();
    const script = `
      process.on('SIGINT', () => { console.log('in order'); process.exit(0); });
      setInterval(() => {}, 1e9);
      console.log('ready');`;
    const lines: string[] = [];
    const running = node(script, {
      signal: stopping.signal,
      stop: { signal: 'SIGINT', killAfterMs: 60_000 },
      onLine: (line) => {
        lines.push(line);
        stopping.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(lines).toStrictEqual(['ready', 'in order']);
  });

  it('keeps as much of its output as it was asked for', async () => {
    const end = await node('process.stdout.write("x".repeat(200_000))', { keepBytes: 150_000 });
    expect(end).toMatchObject({ stdout: 'x'.repeat(150_000) });
  });
});
