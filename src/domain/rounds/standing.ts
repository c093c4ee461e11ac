import type { FailedTest, Module, SuiteRun } from '../suite/run.ts';
import type { Round } from './state.ts';

/** What the suites of one round said; absent: it did not get so far. */
export interface RoundRuns {
  readonly way: Round['way'];
  readonly runs?: readonly SuiteRun[] | undefined;
}

/**
 * Where the tests stand after these rounds, oldest first: what the last deploy brought, and over it what was run again.
 * Undefined: none was run. Pure.
 */
export function standingAfter(rounds: readonly RoundRuns[]): readonly SuiteRun[] | undefined {
  return rounds.reduce<readonly SuiteRun[] | undefined>((standing, { way, runs }) => {
    if (runs === undefined || runs.length === 0) return standing;
    return way === 'deploy' || standing === undefined ? runs : standing.map((run) => overlay(run, runs));
  }, undefined);
}

/** A test that failed and passes now, with nothing deployed in between, is flaky. */
function overlay(before: SuiteRun, again: readonly SuiteRun[]): SuiteRun {
  const now = again.find(({ suite }) => suite === before.suite);
  if (now === undefined) return before;
  const failedNow = new Map(now.failed.map((test) => [test.id, test]));
  const passedNow = new Set(now.passed);
  const known = new Set(before.failed.map(({ id }) => id));
  const added = now.failed.filter(({ id }) => !known.has(id));
  const failed = before.failed.map(
    (test): FailedTest => failedNow.get(test.id) ?? (passedNow.has(test.id) ? passed(test) : test),
  );
  const { problem: _, ...rest } = before;
  return {
    ...rest,
    at: now.at,
    tookMs: now.tookMs,
    counts: withAdded(before.counts, added.length),
    modules: before.modules.map((module) =>
      withAdded(module, added.filter((test) => test.module === module.name).length),
    ),
    failed: [...failed, ...added],
    passed: before.passed.filter((id) => !failedNow.has(id)),
    // What could not be read the first time was run whole again.
    ...(now.problem === undefined ? whole(before, now) : { problem: now.problem }),
  };
}

function passed(test: FailedTest): FailedTest {
  return { ...test, again: 'passed' };
}

function withAdded<Counted extends Pick<Module, 'passed' | 'failed'>>(
  counted: Counted,
  added: number,
): Counted {
  return { ...counted, passed: Math.max(0, counted.passed - added), failed: counted.failed + added };
}

function whole(before: SuiteRun, now: SuiteRun): Partial<SuiteRun> {
  return before.problem === undefined ? {} : now;
}
