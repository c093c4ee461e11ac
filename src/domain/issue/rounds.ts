import { type Operation, partsOf } from '../operation.ts';
import { criteriaOf, lastDeployed } from '../rounds/criteria.ts';
import { isGreenRound } from '../rounds/next.ts';
import { noRounds, type Round } from '../rounds/state.ts';
import { md, mdBox, mdCode, mdList } from './markdown.ts';

/** Of one cause; the report in Slack has all of them. */
const mostTests = 5;

/** Each round, and whether all tests pass after the last one; nothing of what is no rounds. */
export function roundLines(operation: Operation, children: readonly Operation[]): readonly string[] {
  const { rounds } = operation;
  if (rounds === undefined) return [];
  // The checks of the deploy that serves stand with its services.
  const [tests] = criteriaOf(operation, children);
  const all =
    tests === undefined ? [] : [`${mdBox(tests.met === 'yes')} ${md(tests.what)}: ${md(tests.evidence)}`];
  return ['', '#### Rounds', ...mdList([...rounds.list.map(roundLine), ...all])];
}

function roundLine(each: Round): string {
  const { round, way, ref, summary } = each;
  const what = way === 'deploy' ? mdCode(ref) : 'failed tests again';
  if (summary === undefined) return `${mdBox(false)} Round ${round}, ${what}: did not end`;
  const { modules, tests, outcome, code } = summary;
  const told = [
    `${modules.green} of ${modules.all} modules`,
    `${tests.passed} tests passed`,
    `${tests.failed} failed`,
    ...(code === undefined ? [] : [`${md(outcome)} ${mdCode(code)}`]),
  ];
  return `${mdBox(isGreenRound(each))} Round ${round}, ${what}: ${told.join(', ')}`;
}

/** Why tests fail after the last round, by their causes. */
export function failingLines({ rounds = noRounds }: Operation): readonly string[] {
  const findings = rounds.list.at(-1)?.summary?.findings ?? [];
  const lines = findings.map(({ cause, tests }) => {
    const more = tests.length > mostTests ? ` and ${tests.length - mostTests} more` : '';
    return `${mdCode(cause)}: ${tests
      .slice(0, mostTests)
      .map((test) => mdCode(test))
      .join(', ')}${more}`;
  });
  return lines.length === 0 ? [] : ['', '#### Failing', ...mdList(lines)];
}

/** Whose services are told of: of rounds those of the last one that gave users what it deployed. */
export function servedIn(operation: Operation, children: readonly Operation[]): readonly Operation[] {
  if (operation.rounds === undefined) return partsOf(operation);
  const deployed = lastDeployed(operation, children);
  return deployed === undefined ? [] : partsOf(deployed).map(withoutSuites);
}

/** What its suites said may have been run again since: how the tests stand is told of the rounds. */
function withoutSuites(part: Operation): Operation {
  const { suites: _, ...results } = part.results;
  return { ...part, results };
}

/** What the rounds changed of the configuration of services. */
export function changedLines({ results }: Operation): readonly string[] {
  const lines = (results.rounds?.changes ?? []).flatMap(({ service, changes }) =>
    changes.map(
      ({ field, before, after }) =>
        `${md(service)} ${md(field)}: ${mdCode(before ?? 'none')} → ${mdCode(after ?? 'none')}`,
    ),
  );
  return lines.length === 0 ? [] : ['', '#### Changed', ...mdList(lines)];
}
