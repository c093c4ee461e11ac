import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { read } from '../../support/reports.ts';

const pytestXml = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="72.110" timestamp="2026-01-05T10:00:00" hostname="ci">
<testcase classname="tests.e2e.test_1_websocket_events_staging" name="test_connects[a &amp; b]" time="1.250"><failure message="AssertionError: HTTP 403 at the WebSocket upgrade&#10;assert 403 == 101">def test_connects():
&gt;       assert status == 101
E       AssertionError: HTTP 403 at the WebSocket upgrade
tests/e2e/test_1.py:12: AssertionError</failure></testcase>
<testcase classname="tests.e2e.test_1_websocket_events_staging" name="test_login" time="0.020" />
<testcase classname="tests.e2e.test_2" name="test_later" time="0"><skipped type="pytest.skip" message="later">skipped</skipped></testcase>
<testcase classname="tests.e2e.test_2" name="test_fixture" time="0.1"><error message="failed on setup with &quot;KeyError: 'E2E'&quot;">KeyError: 'E2E'</error></testcase>
</testsuite></testsuites>`;

describe('JUnit XML', () => {
  it('of pytest is read by modules, with what failed and why', async () => {
    const told = await read('junit', pytestXml);
    expect(told.counts).toStrictEqual({ passed: 1, failed: 2, skipped: 1 });
    expect(told.modules).toStrictEqual([
      { name: 'tests.e2e.test_1_websocket_events_staging', passed: 1, failed: 1, skipped: 0, tookMs: 1_270 },
      { name: 'tests.e2e.test_2', passed: 0, failed: 1, skipped: 1, tookMs: 100 },
    ]);
    expect(told.failed[0]).toMatchObject({
      id: 'tests.e2e.test_1_websocket_events_staging › test_connects[a & b]',
      message: 'AssertionError: HTTP 403 at the WebSocket upgrade',
      cause: 'AssertionError: HTTP 403 at the WebSocket upgrade',
      excerpt: expect.stringContaining('tests/e2e/test_1.py:12: AssertionError') as string,
    });
    expect(told.passed).toStrictEqual(['tests.e2e.test_1_websocket_events_staging › test_login']);
    expect(told.skipped).toStrictEqual(['tests.e2e.test_2 › test_later']);
  });

  it('of jest-junit names the suite, not the test, as module', async () => {
    const xml =
      '<testsuites><testsuite name="login"><testcase classname="login works" name="login works" time="0.1"/></testsuite></testsuites>';
    expect((await read('junit', xml)).modules[0]?.name).toBe('login');
  });

  it('is found behind what a program says before it', async () => {
    expect((await read('junit', `> running…\n${pytestXml}`)).counts.failed).toBe(2);
  });

  it.each([
    ['invalid', '<testsuite><testcase name="a"></testsuite>', 'SUITE_UNREADABLE'],
    ['cut off', pytestXml.slice(0, 600), 'SUITE_UNREADABLE'],
    ['no JUnit', '<html><body/></html>', 'SUITE_UNREADABLE'],
    ['empty', '', 'SUITE_SILENT'],
    ['no XML at all', 'command not found', 'SUITE_SILENT'],
    ['without a test', '<testsuites/>', 'SUITE_SILENT'],
    ['too deep', `<testsuite>${'<a>'.repeat(60)}`, 'SUITE_UNREADABLE'],
    [
      'an entity bomb',
      `<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><testsuite name="&b;"><testcase name="x"/></testsuite>`,
      'SUITE_UNREADABLE',
    ],
  ])('that is %s is told as such', async (_name, xml, code) => {
    await expect(read('junit', xml)).rejects.toMatchObject({ code });
  });

  it('of tens of megabytes is read in bounded memory', async () => {
    const line = `<testcase classname="m${'x'.repeat(40)}" name="t" time="0.1"><system-out>${'o'.repeat(9_000)}</system-out></testcase>\n`;
    function* huge() {
      yield '<testsuite name="s">';
      for (let index = 0; index < 5_500; index += 1) yield line;
      yield '</testsuite>';
    }
    const before = process.memoryUsage().heapUsed;
    const told = await read('junit', huge());
    expect(told.counts.passed).toBe(5_500);
    expect(told.passed).toHaveLength(5_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('with one text without an end is given up', async () => {
    function* endless() {
      yield '<testsuite name="s"><testcase name="a"><failure>';
      for (;;) yield 'x'.repeat(65_536);
    }
    await expect(read('junit', endless())).rejects.toMatchObject({ code: 'SUITE_TOO_LARGE' });
  });
});

describe('of the tests of Node itself', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-node-test-'));
  writeFileSync(
    path.join(folder, 'chat.test.mjs'),
    `import { it, describe } from 'node:test'; import assert from 'node:assert';
     describe('chat', () => {
       it('connects', () => {});
       it('answers', () => { assert.equal(403, 101, 'HTTP 403 at the upgrade') });
       it('later', { skip: true }, () => {});
       it('to do', { todo: true }, () => { assert.fail('x') });
     });`,
  );
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const ofNode = (reporter: string) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return spawnSync(process.execPath, ['--test', `--test-reporter=${reporter}`, 'chat.test.mjs'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    }).stdout;
  };

  it.each(['tap', 'junit'] as const)('%s is read', async (format) => {
    const told = await read(format, ofNode(format), folder);
    expect(told.counts).toMatchObject({ passed: 1, failed: 1 });
    expect(told.failed[0]).toMatchObject({ cause: 'HTTP 403 at the upgrade' });
    expect(told.failed[0]?.id).toContain('answers');
  });
});

describe('TAP', () => {
  it('has subtests as modules, and lines between that are none', async () => {
    const tap = `TAP version 13\nhello\n# Subtest: login\n    ok 1 - a # time=12ms\n    not ok 2 - b\n      ---\n      message: "HTTP 403"\n      ...\n    1..2\nnot ok 1 - login\nok 2 - alone # SKIP later\n1..2\n`;
    const told = await read('tap', tap);
    expect(told.counts).toStrictEqual({ passed: 1, failed: 1, skipped: 1 });
    expect(told.modules.map(({ name }) => name)).toStrictEqual(['login', 'e2e']);
    expect(told.failed[0]).toMatchObject({ id: 'login › b', cause: 'HTTP 403' });
  });

  it.each([
    ['breaks off', 'TAP version 13\n1..5\nok 1 - a\n', 'SUITE_UNREADABLE'],
    ['bails out', 'TAP version 13\nok 1 - a\nBail out! no database\n', 'SUITE_UNREADABLE'],
    ['is none', 'nothing here\n', 'SUITE_SILENT'],
  ])('that %s is told as such', async (_name, tap, code) => {
    await expect(read('tap', tap)).rejects.toMatchObject({ code });
  });

  it('with a line without an end is given up', async () => {
    function* endless() {
      for (;;) yield 'x'.repeat(65_536);
    }
    await expect(read('tap', endless())).rejects.toMatchObject({ code: 'SUITE_TOO_LARGE' });
  });
});
