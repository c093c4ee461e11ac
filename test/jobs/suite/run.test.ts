import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSuite, type SuiteRequest } from '../../../jobs/suite/run.ts';
import type { SuitePlan } from '../../../src/domain/suite/plan.ts';
import { isGreen } from '../../../src/domain/suite/run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-suites-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const xml = (...cases: readonly string[]) => `<testsuite name="s">${cases.join('')}</testsuite>`;
const good = (name: string) => `<testcase classname="m" name="${name}" time="0.1"/>`;
const bad = (name: string, message = 'HTTP 403 at the upgrade') =>
  `<testcase classname="m" name="${name}"><failure message="${message}">${message}</failure></testcase>`;
const writes = (text: string) => `process.stdout.write(${JSON.stringify(text)});`;

type More = Partial<SuitePlan> & { readonly file?: string; readonly signal?: AbortSignal };

/** A suite that is this script; by default it writes its report to stdout. */
async function run(script: string, { file = process.execPath, signal, ...more }: More = {}) {
  const lines: string[] = [];
  const request: SuiteRequest = {
    plan: {
      name: 'e2e',
      run: { kind: 'command', command: [file, '-e', script, '--'], cwd: folder, base: {} },
      report: { format: 'junit', from: { kind: 'stdout' } },
      timeoutMs: 60_000,
      env: {},
      ...more,
    },
    env: { SLIPWAY_ENVIRONMENT: 'staging' },
    operation: 'staging-42',
    uid: 'k3f9ab',
    begunBefore: false,
    cloud: {} as SuiteRequest['cloud'],
    signal: signal ?? new AbortController().signal,
    onLine: (line) => lines.push(line),
    now: Date.now,
  };
  return { ...(await runSuite(request)), lines };
}

describe('a good suite', () => {
  it('is green when all passes', async () => {
    const told = await run(writes(xml(good('a'), good('b'))));
    expect(isGreen(told)).toBe(true);
    expect(told).toMatchObject({ suite: 'e2e', way: 'command', counts: { passed: 2, failed: 0 } });
    expect(told.problem).toBeUndefined();
  });

  it('is red, without a problem, when it says so and ends so', async () => {
    const told = await run(`${writes(xml(good('a'), bad('b')))} process.exitCode = 1`);
    expect(told.problem).toBeUndefined();
    expect(told.failed).toMatchObject([{ id: 'm › b', cause: 'HTTP 403 at the upgrade' }]);
  });

  it('writes a file that bears the operation, in its folder', async () => {
    mkdirSync(path.join(folder, 'reports'));
    const script = `require('node:fs').writeFileSync('reports/' + process.argv.at(-1) + '.xml', ${JSON.stringify(xml(good('a')))})`;
    const told = await run(script, {
      run: {
        kind: 'command',
        command: [process.execPath, '-e', script, '--', '${operation}'],
        cwd: folder,
        base: {},
      },
      report: { format: 'junit', from: { kind: 'file', path: 'reports/${operation}.xml' } },
    });
    expect(told.counts.passed).toBe(1);
  });

  it('gets what it is told and nothing of slipway, and no secret of its own is shown', async () => {
    const script = `${writes('<testsuite name="s"><testcase classname="m" name="t"><failure message="')}
      process.stdout.write(Object.keys(process.env).sort().join(' ') + ' ' + process.env.KEY);
      ${writes('"/></testcase></testsuite>')} process.exitCode = 1`;
    const told = await run(script, { env: { KEY: 'correct-horse-battery' } });
    expect(told.failed[0]?.message).toBe('KEY SLIPWAY_ENVIRONMENT (hidden)');
    expect(JSON.stringify({ ...told, lines: [] })).not.toContain('correct-horse');
  });

  it('runs what failed once more, to prove what is flaky', async () => {
    const script = `const [tests] = process.argv.slice(-1);
      const again = tests === 'a or b';
      process.stdout.write(again ? ${JSON.stringify(xml(good('a'), bad('b')))} : ${JSON.stringify(xml(bad('a'), bad('b'), good('c')))});
      process.exitCode = 1;`;
    const told = await run(script, { rerun: ['-k', '${tests}'] });
    expect(told.counts).toStrictEqual({ passed: 1, failed: 2, skipped: 0 });
    expect(told.failed.map(({ id, again }) => [id, again])).toStrictEqual([
      ['m › a', 'passed'],
      ['m › b', 'failed'],
    ]);
    expect(isGreen(told)).toBe(false);
  });
});

describe('a bad suite has one clear answer', () => {
  it.each<[string, string, string, string, More?]>([
    ['without output', '', 'SUITE_SILENT', 'The report is empty.'],
    ['without a test', writes('<testsuites/>'), 'SUITE_SILENT', 'The report names no test.'],
    [
      'of skipped tests alone',
      writes(xml('<testcase name="a"><skipped/></testcase>')),
      'SUITE_SILENT',
      'All 1 tests of e2e were skipped.',
    ],
    ['with invalid XML', writes('<testsuite><oops'), 'SUITE_UNREADABLE', 'The report is no valid XML.'],
    [
      'that ends with 0, though tests failed',
      writes(xml(bad('a'))),
      'SUITE_EXIT',
      'e2e ended with exit code 0, though its report has 1 failing tests.',
    ],
    [
      'that ends with 1, though all passed',
      `${writes(xml(good('a')))} process.exitCode = 1`,
      'SUITE_EXIT',
      'e2e ended with exit code 1, though its report has no failing test.',
    ],
    [
      'that is killed',
      `${writes(xml(good('a')))} setInterval(() => process.kill(process.pid, 'SIGKILL'), 100)`,
      'SUITE_EXIT',
      'e2e was killed by SIGKILL.',
    ],
    [
      'that never ends',
      'setInterval(() => {}, 1e6)',
      'SUITE_TIMED_OUT',
      'e2e was ended after 1 s.',
      { timeoutMs: 1_000 },
    ],
    [
      'whose program is missing',
      '',
      'SUITE_NOT_STARTED',
      'e2e could not be started: no-such-program cannot be run on the worker.',
      { file: 'no-such-program' },
    ],
    [
      'whose report is missing',
      'process.exitCode = 4',
      'SUITE_SILENT',
      'e2e has written no report.',
      { report: { format: 'junit', from: { kind: 'file', path: 'none.xml' } } },
    ],
  ])('%s', async (...[, script, code, summary, more = {}]) => {
    const told = await run(script, more);
    expect(told.problem).toMatchObject({ code, summary });
    expect(isGreen(told)).toBe(false);
  });

  it('that leaves the report of another run says so', async () => {
    writeFileSync(path.join(folder, 'old.xml'), xml(good('a')));
    const told = await run('', { report: { format: 'junit', from: { kind: 'file', path: 'old.xml' } } });
    expect(told.problem).toMatchObject({
      code: 'SUITE_SILENT',
      evidence: ['The file of the report was there before, and it is unchanged', 'exit code 0'],
    });
  });

  it('that writes without end is ended, in bounded memory', async () => {
    const script = `const line = 'x'.repeat(1e6) + '\\n'; const go = () => { while (process.stdout.write(line)); process.stdout.once('drain', go); }; go();`;
    const told = await run(script);
    expect(told.problem).toMatchObject({ code: 'SUITE_TOO_LARGE' });
    expect(told.problem?.summary).toMatch(/^e2e was ended after \d+ MiB of output\.$/);
  });

  it('keeps what TAP has told until its time was up', async () => {
    const script = `${writes('TAP version 13\nok 1 - a\nnot ok 2 - b\n')} setInterval(() => {}, 1e6)`;
    const told = await run(script, { timeoutMs: 1_000, report: { format: 'tap', from: { kind: 'stdout' } } });
    expect(told).toMatchObject({ problem: { code: 'SUITE_TIMED_OUT' }, counts: { passed: 1, failed: 1 } });
    expect(told.lines).toStrictEqual(['TAP version 13', 'ok 1 - a', 'not ok 2 - b']);
  });

  it('is ended when the operation is', async () => {
    const signal = AbortSignal.timeout(500);
    await expect(run('setInterval(() => {}, 1e6)', { signal })).rejects.toThrow('timeout');
  });
});
