import { type Operation, stepOf } from '../../../domain/operation.ts';
import { reasons } from '../../../domain/reasons.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, code } from '../mrkdwn.ts';
import { moduleTable, suiteLines } from '../suite.ts';

/** Undefined while nothing is known of the tests. */
export function suitesReply(operation: Operation): Draft | undefined {
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
      ...runs.flatMap(suiteLines),
    ],
    more: modules === undefined ? [] : [modules],
  });
}
