import { type Operation, partsOf } from '../operation.ts';
import { findingsOf } from '../suite/findings.ts';
import type { FailedTest, SuiteRun } from '../suite/run.ts';
import type { Round } from './state.ts';
import type { Finding, RoundSummary } from './summary.ts';

/** More causes than these are a fault of the whole, not of tests. */
const mostFindings = 10;
/** Of each list; the counts have all of them. */
const mostIds = 200;

export interface RoundEnd {
  readonly way: Round['way'];
  /** The operation of the round, ended. */
  readonly child: Operation;
  /** Where the tests stood before it; absent: none had been run. */
  readonly before: readonly SuiteRun[] | undefined;
  /** Where they stand now. */
  readonly now: readonly SuiteRun[] | undefined;
}

/** What a round brought, compared with what was known before it. Pure. */
export function summaryOf({ way, child, before, now }: RoundEnd): RoundSummary {
  const ran = runsOf(child).length > 0;
  const runs = ran ? (now ?? []) : [];
  const was = fatesOf(before ?? []);
  const is = fatesOf(runs);
  const pick = (keep: (now: Fate, before: Fate | undefined, id: string) => boolean) =>
    [...is.keys()].filter((id) => keep(is.get(id) ?? 'skipped', was.get(id), id)).slice(0, mostIds);
  const failedBefore = [...was].filter(([, fate]) => fate === 'failed').map(([id]) => id);
  const nothingKnown = before === undefined;
  const blockers = child.failure?.blockers;
  return {
    outcome: child.outcome ?? child.phase,
    ...(child.failure === undefined ? {} : { code: child.failure.code }),
    ...(blockers === undefined ? {} : { blockers: blockers.map(({ what }) => what) }),
    modules: modulesOf(runs),
    tests: testsOf(runs),
    fixed: way === 're-run' ? [] : pick((fate, old) => fate === 'passed' && old === 'failed'),
    broken: pick((fate, old) => fate === 'failed' && old !== 'failed' && !nothingKnown),
    failing: pick((fate, old) => fate === 'failed' && (old === 'failed' || nothingKnown)),
    missing: ran ? failedBefore.filter((id) => isMissing(is.get(id))).slice(0, mostIds) : [],
    flaky: pick((fate) => fate === 'flaky'),
    findings: mainFindings(runs),
    problems: runs.flatMap(({ suite, problem }) =>
      problem === undefined ? [] : [{ suite, code: problem.code, summary: problem.summary }],
    ),
    tookMs: Math.max(0, (child.finishedAt ?? child.requestedAt) - child.requestedAt),
  };
}

/** What the suites of an operation said; empty when it did not get so far. */
export function runsOf(child: Operation): readonly SuiteRun[] {
  return child.results.suites?.runs ?? partsOf(child).flatMap(({ results }) => results.suites?.runs ?? []);
}

type Fate = 'passed' | 'failed' | 'flaky' | 'skipped';

function fatesOf(runs: readonly SuiteRun[]): ReadonlyMap<string, Fate> {
  const several = runs.length > 1;
  return new Map(
    runs.flatMap(({ suite, failed, passed, skipped }) => {
      const idOf = (id: string) => (several ? `${suite} › ${id}` : id);
      const named = (ids: readonly string[], fate: Fate) => ids.map((id): [string, Fate] => [idOf(id), fate]);
      const failures = failed.map((test): [string, Fate] => [
        idOf(test.id),
        isFlaky(test) ? 'flaky' : 'failed',
      ]);
      return [...named(skipped, 'skipped'), ...named(passed, 'passed'), ...failures];
    }),
  );
}

function isMissing(fate: Fate | undefined): boolean {
  return fate === undefined || fate === 'skipped';
}

function isFlaky({ again }: FailedTest): boolean {
  return again === 'passed';
}

function modulesOf(runs: readonly SuiteRun[]): RoundSummary['modules'] {
  const modules = runs.flatMap(({ modules: own, failed }) =>
    own.map((module) => {
      const flaky = failed.filter((test) => isFlaky(test) && test.module === module.name).length;
      return module.failed - flaky <= 0;
    }),
  );
  return { green: modules.filter(Boolean).length, all: modules.length };
}

function testsOf(runs: readonly SuiteRun[]): RoundSummary['tests'] {
  return runs.reduce(
    (sum, { counts, failed }) => {
      const flaky = failed.filter(isFlaky).length;
      return {
        passed: sum.passed + counts.passed + flaky,
        failed: sum.failed + Math.max(0, counts.failed - flaky),
        skipped: sum.skipped + counts.skipped,
      };
    },
    { passed: 0, failed: 0, skipped: 0 },
  );
}

function mainFindings(runs: readonly SuiteRun[]): Finding[] {
  const failed = runs.flatMap((run) => run.failed.filter((test) => !isFlaky(test)));
  return findingsOf(failed)
    .slice(0, mostFindings)
    .map((finding) => ({ ...finding, tests: finding.tests.slice(0, mostIds) }));
}
