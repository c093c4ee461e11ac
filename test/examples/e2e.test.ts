import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readJunit } from '../../src/probes/suite/junit.ts';
import { Tally, type Tallied } from '../../src/probes/suite/tally.ts';
import { runProgram } from '../../src/programs/program.ts';
import { startCloudSandbox } from '../../src/sandbox/cloud/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-e2e-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Staging's backend, deployed from this ref. */
async function staging(ref: string) {
  const backend = { name: 'backend', pinned: true, ref, env: { E2E_TEST_ENV: 'staging' } };
  const world = { projects: [{ id: 'chat-staging', region: 'us-central1', services: [backend] }] };
  const cloud = await startCloudSandbox({ pace: 0.05, world });
  onTestFinished(() => cloud.stop());
  const { uri, latestReadyRevision } = cloud.service('chat-staging/backend')!;
  return { SLIPWAY_URL: uri, SLIPWAY_ENVIRONMENT: 'staging', SLIPWAY_REVISION: latestReadyRevision };
}

interface Told extends Tallied {
  readonly code: number | undefined;
  readonly output: string;
}

/** Runs the suite as slipway would, and reads what it reports. */
async function run(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Told> {
  const report = path.join(folder, `${Math.random()}.xml`);
  const end = await runProgram({
    file: process.execPath,
    args: [path.join(root, 'examples/e2e/run.mjs'), '--junit', report, ...args],
    env,
    timeoutMs: 60_000,
    signal: new AbortController().signal,
  });
  if (end.kind !== 'exited') throw new Error(`The suite was ${end.kind}`);
  const tally = new Tally();
  if (end.exitCode < 2) await readJunit(createReadStream(report, 'utf8') as AsyncIterable<string>, tally);
  return { ...tally.result(), code: end.exitCode, output: `${end.stdout}${end.stderr}` };
}

const redModules = ({ modules }: Tallied) =>
  modules.flatMap(({ name, failed, passed }) =>
    failed > 0 ? [`${name}: ${failed} of ${failed + passed}`] : [],
  );

describe('the end-to-end tests of the demo team', () => {
  it('all pass on main: 41 in ten modules', async () => {
    const { code, counts, modules, output } = await run(await staging('main'));
    expect(counts).toEqual({ passed: 41, failed: 0, skipped: 0 });
    expect(modules).toHaveLength(10);
    expect(output).toMatch(/^test_10_critical_path_staging\.mjs \.\.\. +\[100%\]$/m);
    expect(output).toMatch(/=+ 41 passed in [\d.]+s =+/);
    expect(code).toBe(0);
  });

  it.each(['ws-forbidden', 'ws-headers'])(
    'fail in two modules on %s, all by a 403 at the upgrade',
    async (ref) => {
      const told = await run(await staging(ref));
      expect(redModules(told)).toEqual([
        'test_1_websocket_events_staging: 2 of 5',
        'test_3_agent_pipeline_staging: 3 of 6',
      ]);
      expect(new Set(told.failed.map(({ message }) => message))).toEqual(
        new Set(['InvalidStatus: server rejected WebSocket connection: HTTP 403']),
      );
      expect(new Set(told.failed.map(({ cause }) => cause)).size).toBe(1);
      expect(told.failed[0]?.excerpt).toContain(
        ">     const talk = await staging.connect('/ws');\nE     InvalidStatus",
      );
      expect(told.code).toBe(1);
    },
  );

  it('have one that is flaky on cold-cache: it fails at first, and passes when it is run again', async () => {
    const env = await staging('cold-cache');
    const first = await run(env);
    expect(first.failed.map(({ test }) => test)).toEqual(['test_history_is_read']);
    const again = await run(env, '-k', 'test_history_is_read');
    expect(again).toMatchObject({ code: 0, counts: { passed: 1, failed: 0 } });
  });

  it('run those only that are asked for, as pytest does', async () => {
    const env = await staging('main');
    const names = async (...args: readonly string[]) =>
      (await run(env, ...args)).passed.map((id) => id.split(' › ')[1]);
    expect(await names('-k', 'Hello or (test_7 and not health)')).toEqual([
      'test_socket_greets_with_hello',
      'test_environment_is_configured',
    ]);
    const one = 'test_9_authentication_staging.mjs::test_token_ends_within_the_hour';
    expect(await names(one)).toEqual(['test_token_ends_within_the_hour']);
    expect(await names('test_10_critical_path_staging.mjs')).toHaveLength(3);
  });

  it.each([
    { what: 'nothing that is selected', ends: 5, args: ['-k', 'nonsense'], words: '41 deselected' },
    { what: 'half an expression', ends: 4, args: ['-k', 'hello and ('], words: "to '-k': hello and (" },
    {
      what: 'an unknown test',
      ends: 4,
      args: ['test_7_x.mjs::nope'],
      words: 'not found: test_7_x.mjs::nope',
    },
    { what: 'an unknown option', ends: 4, args: ['--wrong'], words: "Unknown option '--wrong'" },
  ])('end as pytest does with $what', async ({ ends, args, words }) => {
    const { code, output } = await run({ SLIPWAY_URL: 'http://127.0.0.1:9' }, ...args);
    expect(output).toContain(words);
    expect(code).toBe(ends);
  });

  it('want to be told where the service is', async () => {
    const { code, output } = await run({});
    expect(output).toContain('ERROR: SLIPWAY_URL is not set: expected the address of the service');
    expect(code).toBe(4);
  });
});
