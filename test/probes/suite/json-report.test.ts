import { describe, expect, it } from 'vitest';
import { read } from '../../support/reports.ts';

describe('pytest-json-report', () => {
  it('is read, files that cannot be imported among it', async () => {
    const call = {
      duration: 0.5,
      outcome: 'failed',
      crash: { path: 'a.py', lineno: 1, message: 'ValueError: no' },
      longrepr: 'Traceback',
    };
    const told = await read(
      'pytest',
      JSON.stringify({
        exitcode: 1,
        collectors: [
          {
            nodeid: 'tests/test_x.py',
            outcome: 'failed',
            longrepr: "E   NameError: name 'X' is not defined",
          },
        ],
        tests: [
          {
            nodeid: 'tests/test_a.py::TestA::test_one',
            outcome: 'passed',
            call: { duration: 0.25, outcome: 'passed' },
          },
          {
            nodeid: 'tests/test_a.py::test_two',
            outcome: 'failed',
            setup: { duration: 0.5, outcome: 'passed' },
            call,
          },
          { nodeid: 'tests/test_a.py::test_three', outcome: 'xfailed' },
        ],
      }),
    );
    expect(told.counts).toStrictEqual({ passed: 1, failed: 2, skipped: 1 });
    expect(told.failed.map(({ id, cause }) => [id, cause])).toStrictEqual([
      ['tests/test_a.py › test_two', 'ValueError: no'],
      ['tests/test_x.py › collection', "NameError: name 'X' is not defined"],
    ]);
    expect(told.modules[0]).toMatchObject({ name: 'tests/test_a.py', tookMs: 1_250 });
  });

  it.each([
    ['{"other": 1}', 'SUITE_UNREADABLE'],
    ['{"tests": [', 'SUITE_UNREADABLE'],
    ['{"tests": []}', 'SUITE_SILENT'],
  ])('%s is told as such', async (json, code) => {
    await expect(read('pytest', json)).rejects.toMatchObject({ code });
  });
});

describe('jest --json', () => {
  it('is read, behind a banner and with files that do not load', async () => {
    const told = await read(
      'jest',
      `> jest --json\n${JSON.stringify({
        success: false,
        testResults: [
          {
            name: '/repo/src/a.test.ts',
            status: 'failed',
            message: '',
            assertionResults: [
              { ancestorTitles: ['chat'], title: 'works', status: 'passed', duration: 5 },
              {
                ancestorTitles: ['chat'],
                title: 'breaks',
                status: 'failed',
                duration: null,
                failureMessages: ['Error: HTTP 403\n    at x'],
              },
              { ancestorTitles: [], title: 'later', status: 'pending' },
            ],
          },
          {
            name: '/repo/src/b.test.ts',
            status: 'failed',
            message: "  ● Test suite failed to run\n\n    Cannot find module 'x'",
            assertionResults: [],
          },
        ],
      })}`,
      '/repo',
    );
    expect(told.counts).toStrictEqual({ passed: 1, failed: 2, skipped: 1 });
    expect(told.failed.map(({ id, cause }) => [id, cause])).toStrictEqual([
      ['src/a.test.ts › chat › breaks', 'Error: HTTP 403'],
      ['src/b.test.ts › the file itself', "Cannot find module 'x'"],
    ]);
  });

  it('of more than 32 MiB is given up', async () => {
    function* endless() {
      yield '{"testResults": [';
      for (;;) yield ' '.repeat(1_048_576);
    }
    await expect(read('jest', endless())).rejects.toMatchObject({ code: 'SUITE_TOO_LARGE' });
  });
});
