import { type FailedTest, isGreen, type SuiteRun } from '../../domain/suite/run.ts';
import { clean, duration } from './mrkdwn.ts';

/** With fewer tests and no failure the reply says it all. */
const fewTests = 50;

/** Whether the reply in the thread folds something that people may want to read. */
export function isFolded({ counts, failed }: SuiteRun): boolean {
  return failed.length > 0 || counts.passed + counts.skipped > fewTests;
}

/** All that is kept of a run, as a file: up to 200 failures with their excerpts, modules, and 5,000 names. Markdown. */
export function suiteReport(operation: string, run: SuiteRun): string {
  const { suite, at, tookMs, counts, modules, failed, passed, skipped, problem, url } = run;
  const rest = counts.passed + counts.skipped - passed.length - skipped.length;
  return [
    `# ${suite} of ${operation}: ${isGreen(run) ? 'passed' : 'not passed'}`,
    '',
    `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped; ${new Date(at).toISOString()}, ${duration(tookMs)}`,
    ...(url === undefined ? [] : [url]),
    ...(problem === undefined
      ? []
      : ['', `${problem.code}: ${problem.summary}`, ...problem.evidence.map((fact) => `    ${fact}`)]),
    '',
    '## Modules',
    '',
    '| module | passed | failed | skipped | took |',
    '|---|---|---|---|---|',
    ...modules.map(
      (each) =>
        `| ${each.name.replaceAll('|', '\\|')} | ${each.passed} | ${each.failed} | ${each.skipped} | ${duration(each.tookMs)} |`,
    ),
    ...(failed.length === 0 ? [] : ['', '## Failed', ...failed.flatMap(failedLines)]),
    ...(counts.failed > failed.length ? ['', `and ${counts.failed - failed.length} more failures`] : []),
    ...named('Skipped', skipped),
    ...named('Passed', passed),
    ...(rest > 0 ? ['', `and ${rest} more`] : []),
    '',
  ]
    .map(clean)
    .join('\n');
}

function failedLines({ id, message, excerpt, cause, again }: FailedTest): readonly string[] {
  const sure = again === undefined ? '' : ` (${again} when run again)`;
  const lines = excerpt.split('\n').map((line) => `    ${line}`);
  return ['', `### ${id}${sure}`, '', message, '', `Cause: ${cause}`, '', ...lines];
}

function named(title: string, ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : ['', `## ${title}`, '', ...ids.map((id) => `- ${id}`)];
}
