import type { TableBlock } from '@slack/types';
import { type Operation, operationLabel, titleOf } from '../../../domain/operation.ts';
import { type Criterion, criteriaOf, lastDeployed } from '../../../domain/rounds/criteria.ts';
import { noRounds } from '../../../domain/rounds/state.ts';
import { reasons } from '../../../domain/reasons.ts';
import { blockedLines } from '../blocked.ts';
import { changeList } from '../changes.ts';
import { type Draft, longestText, section } from '../draft.ts';
import { nextStep } from '../failure.ts';
import { type IssueFacts, issueLines } from '../issue.ts';
import { brief, clip, code, duration, escape } from '../mrkdwn.ts';
import { servedLines } from '../report.ts';
import { table } from '../table.ts';
import { greenText, resultText, roundsStatus, testsText } from './words.ts';

const mostCriteria = 14;
const marks = { yes: '✓', no: '✗', unknown: '?' } as const;

/** The last reply of some rounds: how they ended, what was proved, who serves, and what changed on the way. */
export function roundsReport(
  operation: Operation,
  children: readonly Operation[],
  issue?: IssueFacts,
): Draft {
  const { request, outcome } = operation;
  const deployed = lastDeployed(operation, children);
  const head = [
    `*Report* · ${titleOf(request)} · ${operationLabel(operation.id)} · *${escape(roundsStatus(operation))}*`,
    ...troubleLines(operation),
    // Before what may fill the block.
    ...issueLines(operation, issue),
    ...criteriaLines(criteriaOf(operation, children)),
    ...(operation.failure?.blockers === undefined ? [`*Next* ${nextText(operation)}`] : []),
  ];
  const served =
    deployed === undefined
      ? ['*Served* no round gave users what it deployed; its reply says who serves.']
      : [`*Served since* ${operationLabel(deployed.id)}`, ...servedLines(deployed)];
  const rest = [...served, ...changeLines(operation)];
  const text = [...head, ...rest].join('\n');
  return {
    key: 'report',
    text: clip(text, longestText),
    blocks: [section(head.join('\n')), section(rest.join('\n')), ...roundsTable(operation)],
    broadcast: outcome === 'failed' || outcome === 'blocked',
  };
}

/** Why they ended, where that was not their own doing. */
function troubleLines({ failure }: Operation): readonly string[] {
  if (failure === undefined || failure.code === 'CANCELLED') return [];
  if (failure.blockers !== undefined) return blockedLines(failure);
  return [`${brief(failure.summary)} ${code(failure.code)}`, `*Means* ${reasons[failure.code].meaning}`];
}

/** Those that are not met first, and last what nothing is known of. */
function criteriaLines(criteria: readonly Criterion[]): readonly string[] {
  const sorted = (['no', 'yes', 'unknown'] as const).flatMap((each) =>
    criteria.filter(({ met }) => met === each),
  );
  const hidden = sorted.length - mostCriteria;
  return [
    ...sorted
      .slice(0, mostCriteria)
      .map(({ met, what, evidence }) => `${marks[met]} ${brief(what, 100)}: ${brief(evidence, 100)}`),
    ...(hidden > 0 ? [`and ${hidden} more criteria`] : []),
  ];
}

function changeLines({ results }: Operation): readonly string[] {
  const changed = results.rounds?.changes ?? [];
  return changed.flatMap(({ service, from, to, changes }) => [
    `*Changed* in ${brief(service)} from ${code(from)} to ${code(to)}`,
    ...changeList(changes, changed.length),
  ]);
}

function roundsTable({ rounds = noRounds }: Operation): readonly TableBlock[] {
  if (rounds.list.length === 0) return [];
  const rows = rounds.list.slice(-20).map((each) => {
    const { round, way, ref, summary } = each;
    return [
      String(round),
      way === 'deploy' ? ref : 'failed tests again',
      summary === undefined ? '' : greenText(summary),
      summary === undefined ? '' : testsText(summary),
      resultText(each),
      summary === undefined ? '' : duration(summary.tookMs),
    ];
  });
  return [table(['Round', 'What', 'Modules', 'Tests', 'Result', 'Took'], rows)];
}

function nextText({ results, failure, request, rounds = noRounds }: Operation): string {
  if (failure !== undefined && failure.code !== 'CANCELLED') return nextStep(failure);
  const names = `${request.services.join(',')} ${request.environment}`;
  const again = code(`/rounds start ${names} suites:${(request.suites?.names ?? []).join(',')}`);
  if (results.rounds?.end === 'green') return `nothing to do. To go back, ${code(`/rollback ${names}`)}`;
  const [finding] = rounds.list.at(-1)?.summary?.findings ?? [];
  const first = finding === undefined ? '' : `mend “${brief(finding.cause, 150)}”, then `;
  return `${first}${again}`;
}
