import { type Operation, operationLabel, partsOf, revisionOf, titleOf } from '../operation.ts';
import { splitText } from '../results.ts';
import { line } from '../validation/report.ts';
import { criteriaOf, lastDeployed } from './criteria.ts';
import { noRounds, type Round } from './state.ts';

const marks = { yes: '[x]', no: '[ ]', unknown: '[?]' } as const;
const mostListed = 50;

/**
 * The report of some rounds as Markdown: each round, every criterion ticked or not, who serves, what changed, and what
 * fails. Pure.
 * @param children the operations of the rounds
 */
export function roundsMarkdown(operation: Operation, children: readonly Operation[]): string {
  const { list } = operation.rounds ?? noRounds;
  const { id, request, outcome, phase, results } = operation;
  return [
    `# ${line(titleOf(request))}: ${outcome ?? phase}`,
    '',
    `${operationLabel(id)}, suites ${line((request.suites?.names ?? []).join(', '))}, ended: ${results.rounds?.end ?? 'no'}`,
    '',
    '## Rounds',
    '',
    '| round | what | modules | passed | failed | outcome | code |',
    '|---|---|---|---|---|---|---|',
    ...list.map(roundRow),
    '',
    '## Criteria',
    '',
    ...criteriaOf(operation, children).map(
      ({ met, what, evidence }) => `- ${marks[met]} ${line(what)}: ${line(evidence)}`,
    ),
    ...servedSection(lastDeployed(operation, children)),
    ...changedSection(operation),
    ...failingSection(list.at(-1)),
    '',
  ].join('\n');
}

function roundRow({ round, way, ref, summary }: Round): string {
  const what = way === 'deploy' ? line(ref) : 'failed tests again';
  if (summary === undefined) return `| ${round} | ${what} | | | | under way | |`;
  const { modules, tests, outcome, code = '' } = summary;
  return `| ${round} | ${what} | ${modules.green}/${modules.all} | ${tests.passed} | ${tests.failed} | ${outcome} | ${code} |`;
}

function servedSection(deployed: Operation | undefined): readonly string[] {
  if (deployed === undefined) return [];
  const served = partsOf(deployed).map((part) => {
    const { shift, build } = part.results;
    return `- ${line(part.request.services.join(', '))}: revision ${line(revisionOf(part) ?? '')}, traffic ${line(splitText(shift?.split ?? []))}, image ${line(build?.image ?? 'unknown')}`;
  });
  return ['', '## Serving', '', `Since ${operationLabel(deployed.id)}:`, '', ...served];
}

function changedSection({ results }: Operation): readonly string[] {
  const changed = results.rounds?.changes ?? [];
  if (changed.length === 0) return [];
  return [
    '',
    '## Changed',
    ...changed.flatMap(({ service, from, to, changes }) => [
      '',
      `${line(service)}, ${line(from)} to ${line(to)}:`,
      '',
      ...changes.map(
        ({ field, before, after }) =>
          `- ${line(field)}: ${line(before ?? 'none')} → ${line(after ?? 'none')}`,
      ),
    ]),
  ];
}

function failingSection(last: Round | undefined): readonly string[] {
  const { findings = [], flaky = [] } = last?.summary ?? {};
  return [
    ...(findings.length === 0 ? [] : ['', '## Failing']),
    ...findings.flatMap(({ cause, tests }) => [
      '',
      `- ${line(cause)}`,
      ...tests.slice(0, mostListed).map((test) => `    - ${line(test)}`),
      ...(tests.length > mostListed ? [`    - and ${tests.length - mostListed} more`] : []),
    ]),
    ...(flaky.length === 0 ? [] : ['', '## Flaky', '', ...flaky.map((test) => `- ${line(test)}`)]),
  ];
}
