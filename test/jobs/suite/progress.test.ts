import { expect, it } from 'vitest';
import { progressOf } from '../../../jobs/suite/progress.ts';

const plan = {
  name: 'e2e',
  run: { kind: 'command', command: ['pytest'], base: {} },
  report: { format: 'junit', from: { kind: 'stdout' } },
  timeoutMs: 1_000,
  env: { KEY: 'correct-horse' },
} as const;

it('counts the tests that have ended, and shows no secret and no report', () => {
  const tell = progressOf(plan);
  expect(tell('collecting …')).toBe('collecting …');
  expect(tell('\u001b[32mtests/a.py::test_one PASSED\u001b[0m')).toBe(
    '1 passed, 0 failed · tests/a.py::test_one PASSED',
  );
  expect(tell('not ok 2 - with correct-horse')).toBe('1 passed, 1 failed · not ok 2 - with (hidden)');
  expect(tell('<testsuite>')).toBeUndefined();
  expect(tell('  ')).toBeUndefined();
});
