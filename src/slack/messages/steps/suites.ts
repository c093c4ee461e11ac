import { type Operation, stepOf } from '../../../domain/operation.ts';
import { reasons } from '../../../domain/reasons.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, code } from '../mrkdwn.ts';
import { moduleTable, suiteLines } from '../suite.ts';

/** By suite, where its whole report can be read. */
export type ReportFiles = Readonly<Record<string, string>>;

/** Undefined while nothing is known of the tests. */
export function suitesReply(operation: Operation, files: ReportFiles = {}): Draft | undefined {
  const runs = operation.results.suites?.runs ?? [];
  if (runs.length === 0) return undefined;
  const failure = stepOf(operation, 'suites')?.failure;
  const modules = moduleTable(runs);
  return draft({
    key: 'suites',
    lines: [
      ...(failure === undefined
        ? []
        : [
            `*Test suites failed*: ${brief(failure.summary)} ${code(failure.code)}`,
            `*Means* ${reasons[failure.code].meaning}`,
          ]),
      ...runs.flatMap((run) => suiteLines(run, files[run.suite])),
    ],
    more: modules === undefined ? [] : [modules],
  });
}
