import type { TableBlock } from '@slack/types';
import { reasons } from '../../domain/reasons.ts';
import { byCause, type SharedCause } from '../../domain/suite/findings.ts';
import { type FailedTest, isGreen, type Module, type SuiteRun } from '../../domain/suite/run.ts';
import { brief, code, duration, link, pre } from './mrkdwn.ts';
import { table } from './table.ts';

/** More than this is folded: the file has all of it. */
const mostCauses = 4;
const mostTests = 4;
const mostFlaky = 5;
const mostEvidence = 4;
/** Characters of an excerpt: with four causes the reply stays within a section. */
const longestExcerpt = 350;

/** `e2e: 23 of 25 tests passed, 8 of 10 modules, 1 m 12 s`; what it says is not believed when it contradicts itself. */
export function suiteLine(run: SuiteRun): string {
  const { suite, problem, counts, modules, tookMs } = run;
  const name = brief(suite, 80);
  if (problem !== undefined) return `✗ *${name}: ${brief(problem.summary)}* ${code(problem.code)}`;
  const flaky = flakyOf(run).length;
  const all = counts.passed + counts.failed;
  const green = modules.filter(({ failed }) => failed === 0).length;
  const more = [
    `${green} of ${modules.length} modules`,
    ...(flaky === 0 ? [] : [`${flaky} flaky`]),
    ...(counts.skipped === 0 ? [] : [`${counts.skipped} skipped`]),
    duration(tookMs),
  ];
  return `${isGreen(run) ? '✓' : '✗'} *${name}: ${counts.passed} of ${all} tests passed*, ${more.join(', ')}`;
}

/** Failures first, those with one cause together; the rest is a number. */
export function suiteLines(run: SuiteRun): readonly string[] {
  const { problem, counts, modules, url } = run;
  const flaky = flakyOf(run);
  const causes = byCause(run.failed.filter(({ again }) => again !== 'passed'));
  const green = modules.filter(({ failed }) => failed === 0).length;
  return [
    suiteLine(run),
    ...(problem === undefined ? [] : problemLines(problem)),
    ...causes.slice(0, mostCauses).flatMap(causeLines),
    ...(causes.length > mostCauses ? [`and ${causes.length - mostCauses} more causes`] : []),
    ...(flaky.length === 0 ? [] : [flakyLine(flaky)]),
    ...(causes.length > 0 && counts.passed > 0
      ? [`and ${counts.passed} passed${green === 0 ? '' : `, ${green} modules without a failure`}`]
      : []),
    url === undefined ? '' : link(url, 'log'),
  ];
}

function problemLines({ code: reason, evidence }: NonNullable<SuiteRun['problem']>): readonly string[] {
  return [
    ...evidence.slice(0, mostEvidence).map((fact) => `*Evidence* ${brief(fact, 250)}`),
    `*Means* ${reasons[reason].meaning}`,
    `*Next* ${reasons[reason].next}`,
  ];
}

function causeLines({ cause, tests, excerpt }: SharedCause): readonly string[] {
  const names = tests.slice(0, mostTests).map(({ id }) => brief(id, 150));
  const more = tests.length > mostTests ? ` and ${tests.length - mostTests} more` : '';
  const sure = tests.every(({ again }) => again === 'failed') ? ', also when run again' : '';
  const saysMore = tests.every(({ message }) => message !== excerpt);
  return [
    `✗ ${tests.length} ${tests.length === 1 ? 'test' : 'tests'}${sure}: ${code(cause, 200)}`,
    `    ${names.join(', ')}${more}`,
    excerpt === '' || !saysMore ? '' : pre(excerpt.split('\n'), longestExcerpt),
  ];
}

function flakyLine(flaky: readonly FailedTest[]): string {
  const names = flaky.slice(0, mostFlaky).map(({ id }) => brief(id, 150));
  const more = flaky.length > mostFlaky ? ` and ${flaky.length - mostFlaky} more` : '';
  return `~ flaky, passed when run again: ${names.join(', ')}${more}`;
}

function flakyOf({ failed }: SuiteRun): readonly FailedTest[] {
  return failed.filter(({ again }) => again === 'passed');
}

/** Modules with failures first, and of the others the slowest. */
export function moduleTable(runs: readonly SuiteRun[]): TableBlock | undefined {
  const all = runs.flatMap(({ suite, modules }) => modules.map((module) => ({ suite, module })));
  if (all.length === 0) return undefined;
  const sorted = all.toSorted(
    (a, b) => b.module.failed - a.module.failed || b.module.tookMs - a.module.tookMs,
  );
  const row = ({ suite, module }: { readonly suite: string; readonly module: Module }) => {
    const { name, passed, failed, skipped, tookMs } = module;
    const told = runs.length === 1 ? name : `${suite}: ${name}`;
    // The end of a path says more than its beginning.
    return [
      told.length > 80 ? `…${told.slice(-79)}` : told,
      ...[passed, failed, skipped].map(String),
      duration(tookMs),
    ];
  };
  return table(['Module', 'Passed', 'Failed', 'Skipped', 'Took'], sorted.map(row));
}
