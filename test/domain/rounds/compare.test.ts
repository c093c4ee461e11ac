import { describe, expect, it } from 'vitest';
import { backend } from '../../cloud/support.ts';
import { runsOf, summaryOf } from '../../../src/domain/rounds/compare.ts';
import { childRequest } from '../../../src/domain/rounds/child.ts';
import { standingAfter } from '../../../src/domain/rounds/standing.ts';
import type { SuiteRun } from '../../../src/domain/suite/run.ts';
import { broken, end, requested, started, told } from '../../support/operations.ts';
import { deployWith, failedTest, idOf, roundsOf, suiteRun } from '../../support/rounds.ts';

/** What a deploy brings after these runs. */
function after(before: SuiteRun | undefined, now: SuiteRun) {
  return summaryOf({
    way: 'deploy',
    child: deployWith([now]),
    before: before && [before],
    now: [now],
  });
}

describe('what a round brought', () => {
  it('first is only what fails, by cause', () => {
    const other = failedTest(idOf(7), { cause: 'timeout', excerpt: 'after 30 s' });
    const brought = after(undefined, suiteRun([other, idOf(1), idOf(3)]));
    expect(brought).toMatchObject({
      outcome: 'succeeded',
      modules: { green: 7, all: 10 },
      tests: { passed: 7, failed: 3, skipped: 0 },
      fixed: [],
      broken: [],
      failing: [idOf(7), idOf(1), idOf(3)],
    });
    expect(brought.findings).toEqual([
      { cause: 'HTTP 403 at upgrade', tests: [idOf(1), idOf(3)], excerpt: 'expected 101' },
      { cause: 'timeout', tests: [idOf(7)], excerpt: 'after 30 s' },
    ]);
  });

  it('later is compared with the round before', () => {
    const brought = after(suiteRun([idOf(1), idOf(3)]), suiteRun([idOf(3), idOf(5)]));
    expect(brought).toMatchObject({ fixed: [idOf(1)], broken: [idOf(5)], failing: [idOf(3)] });
  });

  it('counts a test that passed when it was run again as passed, and names it', () => {
    const flaky = failedTest(idOf(1), { again: 'passed' });
    const brought = after(undefined, suiteRun([flaky]));
    expect(brought).toMatchObject({
      modules: { green: 10, all: 10 },
      tests: { passed: 10, failed: 0, skipped: 0 },
      failing: [],
      flaky: [idOf(1)],
      findings: [],
    });
  });

  it('does not call a test fixed that is skipped or gone', () => {
    const now = suiteRun([], { passed: [idOf(2)], skipped: [idOf(1)] });
    expect(after(suiteRun([idOf(1), idOf(3)]), now)).toMatchObject({
      fixed: [],
      missing: [idOf(1), idOf(3)],
    });
  });

  it('keeps tests of the same name in two suites apart', () => {
    const runs = [suiteRun([idOf(1)]), suiteRun([], { suite: 'smoke' })];
    const brought = summaryOf({ way: 'deploy', child: deployWith(runs), before: undefined, now: runs });
    expect(brought.failing).toEqual([`e2e › ${idOf(1)}`]);
    expect(brought.modules).toEqual({ green: 19, all: 20 });
  });

  it('that did not get to its tests tells why, and nothing of tests', () => {
    const child = told(requested(), started, ...broken('build', 'BUILD_FAILED'), end('failed'));
    const before = [suiteRun([idOf(1)])];
    expect(summaryOf({ way: 'deploy', child, before, now: before })).toMatchObject({
      outcome: 'failed',
      code: 'BUILD_FAILED',
      modules: { green: 0, all: 0 },
      failing: [],
      missing: [],
    });
    expect(runsOf(child)).toEqual([]);
  });
});

describe('failed tests once more', () => {
  const first = suiteRun([idOf(1), idOf(3)]);
  const rerun = (now: SuiteRun) =>
    standingAfter([
      { way: 'deploy', runs: [first] },
      { way: 're-run', runs: [now] },
    ]);
  const only = (failing: readonly string[], passed: readonly string[]): SuiteRun => ({
    ...suiteRun(failing),
    passed: [...passed],
    counts: { passed: passed.length, failed: failing.length, skipped: 0 },
    modules: [],
  });

  it('are flaky where they pass, since nothing was deployed', () => {
    const now = rerun(only([idOf(3)], [idOf(1)]));
    const child = deployWith([only([idOf(3)], [idOf(1)])]);
    const brought = summaryOf({ way: 're-run', child, before: [first], now });
    expect(brought).toMatchObject({
      modules: { green: 9, all: 10 },
      tests: { passed: 9, failed: 1, skipped: 0 },
      fixed: [],
      flaky: [idOf(1)],
      failing: [idOf(3)],
    });
  });

  it('do not hide a test that fails now and passed before', () => {
    const now = rerun(suiteRun([idOf(5)]));
    expect(now?.[0]).toMatchObject({ counts: { passed: 7, failed: 3 } });
    const child = deployWith([suiteRun([idOf(5)])]);
    expect(summaryOf({ way: 're-run', child, before: [first], now })).toMatchObject({
      broken: [idOf(5)],
      flaky: [idOf(1), idOf(3)],
    });
  });

  it('say nothing where they could not be run', () => {
    const problem = { code: 'SUITE_TIMED_OUT' as const, summary: 'ended after 900 s', evidence: [] };
    const now = rerun({ ...only([], []), problem });
    const child = deployWith([{ ...only([], []), problem }]);
    expect(summaryOf({ way: 're-run', child, before: [first], now })).toMatchObject({
      failing: [idOf(1), idOf(3)],
      problems: [{ suite: 'e2e', code: 'SUITE_TIMED_OUT' }],
    });
  });

  it('stand until the next deploy', () => {
    const runs = [suiteRun([idOf(9)])];
    const rounds = [
      { way: 'deploy', runs: [first] },
      { way: 're-run', runs: [only([], [idOf(1), idOf(3)])] },
      { way: 'deploy' },
      { way: 'deploy', runs },
    ] as const;
    expect(standingAfter(rounds)).toEqual(runs);
    expect(standingAfter(rounds.slice(0, 3))?.[0]?.failed.map(({ again }) => again)).toEqual([
      'passed',
      'passed',
    ]);
  });
});

describe('the operation of a round that is done again', () => {
  it('is a deploy that takes over the image of the one before', () => {
    const move = { kind: 'begin', round: 3, way: 'deploy', ref: 'main', retryOf: 'staging-44' } as const;
    const targets = [backend] as const;
    expect(childRequest({ rounds: roundsOf(), move, targets, standing: undefined })).toMatchObject({
      kind: 'deploy',
      ref: 'main',
      retryOf: 'staging-44',
      parent: { operation: 'staging-42', round: 3 },
    });
  });
});

describe('the operation of a re-run', () => {
  const move = { kind: 'begin', round: 2, way: 're-run', ref: 'main' } as const;
  const request = (standing: readonly SuiteRun[]) =>
    childRequest({ rounds: roundsOf(), move, targets: [{} as never], standing });

  it('asks for the tests that fail, and for no flaky one', () => {
    const run = suiteRun([idOf(1), failedTest(idOf(3), { again: 'passed' })]);
    expect(request([run, suiteRun([], { suite: 'smoke' })])).toMatchObject({
      kind: 'validate',
      plan: ['preflight', 'suites'],
      parent: { operation: 'staging-42', round: 2 },
      suites: { names: ['e2e'], gate: false, only: { e2e: [idOf(1)] } },
    });
  });

  it('runs a suite whole that could not tell, or tells of more failures than are kept', () => {
    const problem = { code: 'SUITE_SILENT' as const, summary: 'no report', evidence: [] };
    const cut = suiteRun([idOf(1)], { suite: 'many', counts: { passed: 0, failed: 300, skipped: 0 } });
    expect(request([suiteRun([], { problem }), cut]).suites).toEqual({
      names: ['e2e', 'many'],
      gate: false,
      only: {},
    });
  });
});
