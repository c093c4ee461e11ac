import { describe, expect, it } from 'vitest';
import { causeLine, findingsOf } from '../../../src/domain/suite/findings.ts';
import type { FailedTest } from '../../../src/domain/suite/run.ts';

function failedTest(id: string, message: string, excerpt = ''): FailedTest {
  const [module = '', test = ''] = id.split(' › ');
  return { id, module, test, message, excerpt, cause: causeLine(message, excerpt) };
}

const refused = 'websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP 403';

describe('the line that explains a failing test', () => {
  it.each([
    ['asyncio.TimeoutError: no answer in 5.03 s', 'asyncio.TimeoutError: no answer in … s'],
    ['timed out after 5003ms (attempt 2)', 'timed out after …ms (attempt …)'],
    ['no answer in 500 ms', 'no answer in … ms'],
    ['thread 7f3c9a1e-20b1-4c3e-9a51-0f2b6a7c8d9e not found', 'thread … not found'],
    ['<Response object at 0x7f8b1c2d3e40>', '<Response object at …>'],
    ['2026-03-01T19:00:04.123Z no pong', '… no pong'],
    ['no pong at 19:00:04', 'no pong at …'],
    ['image sha256:9f86d081884c7d65 is away', 'image sha256:… is away'],
    ['token eyJhbGciOiJIUzI1NiJ9abc was refused', 'token … was refused'],
    ['no user e2e+41@example.com', 'no user …'],
    ['connect ECONNREFUSED 127.0.0.1:54321', 'connect ECONNREFUSED …:…'],
    ['HTTP 403 (wss://r7---backend-a1.a.run.app/ws, 123 ms)', 'HTTP 403 (wss://…/ws, … ms)'],
    ['HTTP 403 (wss://127.0.0.1:8080/ws, 4.5 ms)', 'HTTP 403 (wss://…/ws, … ms)'],
  ])('%j is %j', (message, line) => {
    expect(causeLine(message, '')).toBe(line);
  });

  it.each([
    refused,
    'got 503 from /health',
    'connection closed with 1008',
    'OSError: [Errno 111] Connect call failed',
    'the process ended with exit code 137',
    'connect ECONNREFUSED redis:6379',
    'SyntaxError: invalid syntax (supervisor.py, line 14)',
    "NameError: name 'DatabaseSessionManager' is not defined",
    'test_1_websocket_events failed',
  ])('%j keeps what names the fault', (message) => {
    expect(causeLine(message, '')).toBe(message);
  });

  it('keeps the port of a service apart from that of another', () => {
    expect(causeLine('ECONNREFUSED 10.0.0.7:5432', '')).toBe(causeLine('ECONNREFUSED 10.0.0.9:5432', ''));
    expect(causeLine('ECONNREFUSED 10.0.0.7:5432', '')).not.toBe(causeLine('ECONNREFUSED 10.0.0.7:6379', ''));
  });

  it('is that of the error within', () => {
    const excerpt = [
      'TypeError: fetch failed',
      '    at node:internal/deps/undici/undici:13502:13',
      '  [cause]: Error: connect ECONNREFUSED 127.0.0.1:8080',
      '      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {',
    ].join('\n');
    expect(causeLine('TypeError: fetch failed', excerpt)).toBe('Error: connect ECONNREFUSED …:8080');
    const java =
      'x.Outer: a\n\tat a.B(B.java:1)\nCaused by: x.Middle: b\nCaused by: x.Inner: c\n\t... 3 more';
    expect(causeLine('x.Outer: a', java)).toBe('x.Inner: c');
  });

  it('of a fixture that failed is what the fixture said', () => {
    expect(causeLine(`failed on setup with "${refused}"`, '')).toBe(refused);
  });

  it('of Jest has what was expected and received', () => {
    const excerpt =
      'Error: expect(received).toBe(expected)\n\nExpected: 101\nReceived: 403\n    at a.test.ts:3:1';
    const message = 'Error: expect(received).toBe(expected) // Object.is equality';
    expect(causeLine(message, excerpt)).toBe(
      'Error: expect(received).toBe(expected): expected 101, received 403',
    );
  });

  it.each([
    ['AssertionError: assert False', 'E   assert False\n\ntests/test_a.py:12: AssertionError'],
    ['assert 3 == 5', 'x\ntests/test_a.py:12: AssertionError'],
    ['AssertionError', 'tests/conftest.py:4: in go\ntests/test_a.py:12: AssertionError'],
    ['AssertionError: assert None is not None', '  File "tests/test_a.py", line 12, in test'],
  ])('of %j, which says nothing, has its place', (message, excerpt) => {
    expect(causeLine(message, excerpt)).toMatch(/, at tests\/test_a\.py:12$/);
  });

  it.each([
    ['AssertionError: expected false to be true // Object.is equality'],
    ['Error: expect(received).toBeTruthy()'],
    ['AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:'],
  ])('of %j has the first place that is no library’s', (message) => {
    const excerpt = `${message}\n    at x (/app/node_modules/y.js:1:2)\n    at /app/test/a.test.ts:7:3\n    at /app/z.ts:1:1`;
    expect(causeLine(message, excerpt)).toMatch(/, at \/app\/test\/a\.test\.ts:7$/);
  });

  it('is never long, and is there even when nothing was said', () => {
    expect(causeLine('x y '.repeat(1_000), '')).toHaveLength(200);
    expect(causeLine('', '')).toBe('It said nothing');
    expect(causeLine(' ', '\n  the first line\nmore')).toBe('the first line');
  });

  it('is found in no time in what was made to slow it down', () => {
    // Where it is not, the test runs out of its time.
    for (const hostile of [
      'a-'.repeat(5_000),
      '1.'.repeat(5_000),
      'a@'.repeat(5_000),
      ' '.repeat(9_000),
      'f0'.repeat(5_000),
      '[:'.repeat(5_000),
      '/.'.repeat(5_000),
      'assert ( '.repeat(1_000),
    ])
      expect(causeLine(hostile, hostile)).not.toBe('');
  });
});

describe('findings', () => {
  it('are failing tests by their cause, that of most tests first', () => {
    const failed = [
      failedTest('test_0_pages › b', 'KeyError: 17', 'one'),
      failedTest('test_3_agents › z', refused, 'second'),
      failedTest('test_1_events › a', refused, 'first'),
      failedTest('test_2_pages › b', 'TimeoutError: no answer in 5 s'),
      failedTest('test_10_pages › a', 'TimeoutError: no answer in 7 s', 'slow'),
    ];
    expect(findingsOf(failed)).toEqual([
      { cause: refused, tests: ['test_1_events › a', 'test_3_agents › z'], excerpt: 'first' },
      {
        cause: 'TimeoutError: no answer in … s',
        tests: ['test_2_pages › b', 'test_10_pages › a'],
        excerpt: 'slow',
      },
      { cause: 'KeyError: …', tests: ['test_0_pages › b'], excerpt: 'one' },
    ]);
  });

  it('of as many tests stand in the order of their modules', () => {
    const failed = [failedTest('test_10 › a', 'ValueError: x'), failedTest('test_2 › a', 'ValueError: y')];
    expect(findingsOf(failed).map(({ tests }) => tests[0])).toEqual(['test_2 › a', 'test_10 › a']);
  });

  it('put assertions that say nothing together only within a module', () => {
    const failed = ['m1 › a', 'm1 › b', 'm2 › c'].map((id) => failedTest(id, 'AssertionError: assert False'));
    expect(findingsOf(failed).map(({ tests }) => tests)).toEqual([['m1 › a', 'm1 › b'], ['m2 › c']]);
    const numbers = [failedTest('m1 › a', 'assert 3 == 5'), failedTest('m2 › b', 'assert 4 == 7')];
    expect(findingsOf(numbers)).toHaveLength(2);
  });

  it('put one refusal together wherever it was asserted', () => {
    const failed = ['m1 › a', 'm2 › b'].map((id) => failedTest(id, 'AssertionError: assert 403 == 101'));
    expect(findingsOf(failed)).toHaveLength(1);
  });

  it('are none where nothing failed', () => {
    expect(findingsOf([])).toEqual([]);
  });
});
