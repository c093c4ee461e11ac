import {
  type Operation,
  operationLabel,
  partsOf,
  revisionOf,
  stepOf,
  titleOf,
} from '../../domain/operation.ts';
import { isGreen } from '../../domain/suite/run.ts';
import { reasons } from '../../domain/reasons.ts';
import { splitText } from '../../domain/results.ts';
import type { ServiceCard } from '../../domain/monitor/policy.ts';
import { concernLine } from './concern.ts';
import { blockedLines } from './blocked.ts';
import { containerLines } from './container.ts';
import { causeLines } from './cause.ts';
import { type Draft, draft } from './draft.ts';
import { tookLines } from './estimate.ts';
import { nextStep } from './failure.ts';
import { type IssueFacts, issueLines } from './issue.ts';
import { brief, code, link } from './mrkdwn.ts';
import { type ChartView, chartBlocks } from './picture.ts';
import { status } from './root.ts';
import { suiteLine } from './suite.ts';
import { infrastructureLines } from './steps/infrastructure.ts';
import { moveLine } from './steps/shift.ts';
import { timingLines } from './timing.ts';
import { checkLine, headline, metricLine, metricTable } from './validation.ts';

/** What is known around an operation beside itself, by service. */
export interface OperationFacts {
  readonly cards: Readonly<Record<string, ServiceCard>>;
  /** What was measured at its end. */
  readonly charts: Readonly<Record<string, ChartView>>;
  /** Absent: it is about no issue. */
  readonly issue?: IssueFacts | undefined;
}

const nothingKnown: OperationFacts = { cards: {}, charts: {} };
/** Ends after which somebody must act. */
const ringing: ReadonlySet<Operation['outcome']> = new Set(['failed', 'rolled-back', 'blocked']);

/** The last reply: how it ended, what serves now, and what to do next. Measured facts only. */
export function report(operation: Operation, facts = nothingKnown): Draft {
  const told = body(operation, facts);
  const lines = [
    `*Report* · ${titleOf(operation.request)} · ${operationLabel(operation.id)} · *${status(operation)}*`,
    ...tookLines(operation),
    // What to do next stays the last word.
    ...told.slice(0, -1),
    ...chartLines(facts),
    ...issueLines(operation, facts.issue),
    ...told.slice(-1),
  ];
  const rings = ringing.has(operation.outcome);
  const [measured] = operation.results.validate?.services ?? [];
  // Slack shows one table in a message; of several services each has its own in its replies.
  const record = measured?.record ?? operation.results.prove?.record;
  const more = [
    ...(record === undefined ? [] : [metricTable(record)]),
    ...chartBlocks(Object.values(facts.charts)),
  ];
  return draft({ key: 'report', lines, more, broadcast: rings });
}

function body(operation: Operation, facts: OperationFacts): readonly string[] {
  if (operation.failure !== undefined) return failure(operation, facts);
  if (operation.request.kind === 'infrastructure') return infrastructureLines(operation);
  if (operation.request.kind !== 'validate') return success(operation);
  return operation.results.suites === undefined ? validation(operation, facts) : tests(operation);
}

function validation({ results }: Operation, { cards }: OperationFacts): readonly string[] {
  const services = results.validate?.services ?? [];
  const checks = services.flatMap(({ record }) => record.checks);
  const explained = ['unhealthy', 'inconclusive'].flatMap((judged) =>
    checks.filter(({ verdict, diagnoses }) => verdict === judged && diagnoses.length > 0),
  );
  const unsure = checks.find(({ needed }) => needed !== undefined);
  const samples =
    unsure === undefined
      ? 'nothing to do.'
      : `about ${unsure.needed ?? 0} more samples of ${brief(unsure.name)} would give a firm answer`;
  const next = explained[0]?.diagnoses[0]?.next;
  return [
    ...services.map(({ service, record }) => headline(service, record)),
    ...services.map(({ record }) => metricLine(record)),
    ...services
      .filter(({ record }) => record.verdict === 'unhealthy')
      .flatMap(({ service }) => concernLine(cardOf(service, cards), false)),
    `*Next* ${next === undefined ? samples : brief(next)}`,
  ];
}

function tests({ results }: Operation): readonly string[] {
  const runs = results.suites?.runs ?? [];
  const red = runs.some((run) => !isGreen(run));
  return [
    ...runs.map(suiteLine),
    `*Next* ${red ? 'mend the causes above, or what keeps the tests from telling.' : 'nothing to do.'}`,
  ];
}

function success(operation: Operation): readonly string[] {
  const { request } = operation;
  const { approval } = operation.results;
  return [
    ...servedLines(operation),
    ...(operation.results.suites?.runs ?? []).map((run) => `*Tests* ${suiteLine(run)}`),
    ...(approval === undefined ? [] : [`*Approved by* ${brief(approval.by)}`]),
    request.kind === 'rollback'
      ? '*Next* Mend what was wrong and deploy again.'
      : `*Next* nothing to do. To deploy something else, ${code(`/deploy ${request.services.join(',')} ${request.environment} ref:…`)}`,
  ];
}

/** Whose lines follow, where there are several services. */
function heading({ parts }: Operation, part: Operation): readonly string[] {
  return parts === undefined ? [] : [`\n*${part.request.services.join(', ')}*`];
}

/** Who serves users since a deploy that succeeded: of several services, one after the other. */
export function servedLines(operation: Operation): readonly string[] {
  return partsOf(operation).flatMap((part) => [...heading(operation, part), ...served(part)]);
}

function served(part: Operation): readonly string[] {
  const { results, request, moves } = part;
  const before = results.preflight?.split ?? [];
  const { shift, verify, build } = results;
  return [
    `*Revision* ${code(revisionOf(part) ?? '')}, before ${brief(splitText(before))}`,
    `*Traffic* ${brief(splitText(shift?.split ?? []))}`,
    ...timingLines(part),
    `*URL* ${link(verify?.url ?? '')}`,
    ...(build === undefined
      ? []
      : [
          `*Image* ${code(build.image)}${request.image === undefined ? ` from ref ${code(request.ref)}` : ''}`,
        ]),
    ...containerLines(results.candidate?.container),
    ...moves
      .filter(({ watched }) => watched !== undefined)
      .map((move) => `*Triggers* ${moveLine(move, part)}`),
    ...(verify?.record.checks ?? []).map((check) => `*Health* ${checkLine(check)}`),
  ];
}

function failure(operation: Operation, facts: OperationFacts): readonly string[] {
  const cause = operation.failure;
  if (cause === undefined) return [];
  if (cause.blockers !== undefined)
    return [
      ...blockedLines(cause),
      // Tests move no traffic, so there is none to tell of.
      ...(operation.request.kind === 'validate'
        ? []
        : partsOf(operation).flatMap((part) => [...heading(operation, part), trafficLine(part)])),
    ];
  const stuck = partsOf(operation).some((part) => stepOf(part, 'restore')?.failure !== undefined);
  if (operation.request.kind === 'infrastructure') return infrastructureFailure(cause);
  const whose = operation.parts === undefined || cause.service === undefined ? '' : `${cause.service}: `;
  return [
    `${whose}${brief(cause.summary)} ${code(cause.code)}`,
    ...causeLines(cause),
    ...impactLines(operation, facts, stuck),
    ...partsOf(operation).flatMap((part) => [
      ...heading(operation, part),
      trafficLine(part),
      ...timingLines(part),
      ...keptLines(part),
    ]),
    stuck ? '*Next* Give the traffic back to the revision before, by hand.' : `*Next* ${nextStep(cause)}`,
  ];
}

/** Of the services that failed themselves: whose they are, and what it costs. The owner must act where users are left in trouble. */
function impactLines(operation: Operation, { cards }: OperationFacts, rings: boolean): readonly string[] {
  const failed = operation.failure?.service;
  return (failed === undefined ? operation.request.services : [failed]).flatMap((service) =>
    concernLine(cardOf(service, cards), rings),
  );
}

function cardOf(service: string, cards: OperationFacts['cards']): ServiceCard {
  return Object.hasOwn(cards, service) ? (cards[service] ?? {}) : {};
}

/** What was measured where users come in, as it stood at the end. */
function chartLines({ charts }: OperationFacts): readonly string[] {
  return Object.entries(charts).map(
    ([service, { words }]) => `*Watched* ${brief(service, 80)}, ${brief(words)}`,
  );
}

/** No traffic was moved: what was applied is in the evidence. */
function infrastructureFailure(cause: NonNullable<Operation['failure']>): readonly string[] {
  return [
    `${brief(cause.summary)} ${code(cause.code)}`,
    `*Means* ${reasons[cause.code].meaning}`,
    ...cause.evidence.slice(0, 8).map((fact) => `*Evidence* ${brief(fact, 250)}`),
    `*Next* ${nextStep(cause)}`,
  ];
}

/** Whom users are served by, after all. */
export function trafficLine(part: Operation): string {
  const { restore, preflight } = part.results;
  // What a rollback moved stays where it led, however it ended.
  const back = part.request.kind === 'rollback' ? part.moves.at(-1)?.split : undefined;
  if (back !== undefined) return `*Traffic* moved: ${brief(splitText(back))}`;
  if (stepOf(part, 'restore')?.failure !== undefined)
    return '*Traffic* could not be put back: the reply above says what Cloud Run answered.';
  const serving = restore?.split ?? preflight?.split;
  const left = restore?.foreign?.left === true ? 'left as somebody else has put it' : 'untouched';
  const end = restore?.moved === true ? 'put back' : left;
  return serving === undefined ? '*Traffic* untouched' : `*Traffic* ${end}: ${brief(splitText(serving))}`;
}

/** Somebody had decided against going back before: what came of it belongs to the report. */
function keptLines(part: Operation): readonly string[] {
  const kept = part.countdowns.filter((countdown) => countdown.kept !== undefined);
  const moves = part.moves.filter(({ percent }) => kept.some((each) => each.percent === percent));
  return moves.map((move) => `*Triggers* ${moveLine(move, part)}`);
}
