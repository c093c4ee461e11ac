import type { Outcome } from './events.ts';
import { type Operation, partsOf, type StepState, stepOf } from './operation.ts';
import { isTogether, type StepName } from './plan.ts';
import { isGreen } from './suite/run.ts';

/** After this many crashes in one step slipway stops: a step that kills its worker would kill every worker. */
export const crashBudget = 5;

export type StepMove = {
  readonly kind:
    | 'step'
    | 'give-up'
    /** Somebody cancelled it, or another service failed: the step is not done any more. */
    | 'stop';
  readonly name: StepName;
  /** Of several services, the one whose step it is; absent: a step that they take together, or there is one only. */
  readonly service?: string | undefined;
};

export type Move = StepMove | { readonly kind: 'finish'; readonly outcome: Outcome };

/**
 * What a worker does next with an operation, side by side; never nothing. Pure, so a worker that takes over decides
 * the same.
 */
export function nextMoves(operation: Operation): readonly Move[] {
  const moves = stepMoves(operation);
  return moves.length > 0 ? unique(moves) : [{ kind: 'finish', outcome: outcomeOf(operation) }];
}

function stepMoves(operation: Operation): readonly StepMove[] {
  if (operation.failure !== undefined) return undone(operation);
  return operation.cancelled === undefined ? planned(operation) : stopped(operation);
}

/** The next step of each service whose turn it is. */
function planned(operation: Operation): readonly StepMove[] {
  const parts = partsOf(operation);
  return parts.flatMap((part) => {
    const step = unfinished(part);
    return step === undefined || !isTurn(step.name, part, operation) ? [] : [moveOf(step, part, operation)];
  });
}

/**
 * People approve all images at once, tests see all services as they will be, and nobody's users are moved before those of
 * the services it builds upon.
 */
function isTurn(name: StepName, part: Operation, operation: Operation): boolean {
  const parts = partsOf(operation);
  // What stands in the way of one stops all of them, before anything is begun.
  if (name !== 'preflight' && parts.some((other) => unfinished(other)?.name === 'preflight')) return false;
  if (isTogether(name)) return parts.every((other) => unfinished(other)?.name === name);
  // Images are built side by side, whatever the order.
  if (stepsBeforeUsers.has(name)) return true;
  const before = operation.request.parts?.find(({ service }) => service === serviceOf(part))?.after ?? [];
  return before.every(
    (service) => parts.find((each) => serviceOf(each) === service)?.results.shift !== undefined,
  );
}

const stepsBeforeUsers: ReadonlySet<StepName> = new Set([
  'preflight',
  'baseline',
  'build',
  'choose',
  'validate',
]);

/** Cancelled: what is under way is stopped; where nothing is, what would come next. */
function stopped(operation: Operation): readonly StepMove[] {
  const begun = underWay(operation);
  return begun.length > 0
    ? begun
    : planned(operation)
        .slice(0, 1)
        .map((move) => ({ ...move, kind: 'stop' as const }));
}

/** What has begun and has not ended, to be stopped. */
function underWay(operation: Operation): readonly StepMove[] {
  return partsOf(operation).flatMap((part) => {
    const step = unfinished(part);
    const begun = step?.startedAt !== undefined && part.failure === undefined;
    return begun ? [{ ...moveOf(step, part, operation), kind: 'stop' as const }] : [];
  });
}

/** Others stop, and each service is put back before those it builds upon. */
function undone(operation: Operation): readonly StepMove[] {
  const looks = isBlockedAtFirst(operation) ? stillLooking(operation) : [];
  if (looks.length > 0) return looks;
  const stops = operation.parts === undefined ? [] : underWay(operation);
  const open = partsOf(operation).filter(needsUndo);
  const ready = open.filter(
    (part) =>
      !stops.some(({ service }) => service === serviceOf(part)) &&
      !open.some((other) => buildsUpon(other, part, operation)),
  );
  const restores = ready.map((part) => moveOf(stepOf(part, 'restore') ?? fresh('restore'), part, operation));
  return [...stops, ...restores];
}

/** The others are looked at to the end, which only reads: people are told of all that stands in the way at once. */
function isBlockedAtFirst({ failure, parts, cancelled }: Operation): boolean {
  const first = failure?.code === 'BLOCKED' && failure.step === 'preflight';
  return first && parts !== undefined && cancelled === undefined;
}

function stillLooking(operation: Operation): readonly StepMove[] {
  return partsOf(operation).flatMap((part) => {
    const step = part.failure === undefined ? unfinished(part) : undefined;
    return step?.name === 'preflight' ? [moveOf(step, part, operation)] : [];
  });
}

function buildsUpon(part: Operation, other: Operation, { request }: Operation): boolean {
  const own = request.parts?.find(({ service }) => service === serviceOf(part));
  return own?.after.includes(serviceOf(other)) ?? false;
}

/** Once the candidate was begun, a failure leaves something to put back: its tag, and perhaps traffic. */
function needsUndo(part: Operation): boolean {
  const begun = stepOf(part, 'candidate')?.startedAt !== undefined;
  return begun && stepOf(part, 'restore')?.finishedAt === undefined;
}

function moveOf({ name, attempts }: StepState, part: Operation, { parts }: Operation): StepMove {
  const kind = attempts >= crashBudget ? 'give-up' : 'step';
  const together = parts === undefined || isTogether(name);
  return together ? { kind, name } : { kind, name, service: serviceOf(part) };
}

const fresh = (name: StepName): StepState => ({ name, status: 'pending', attempts: 0 });

const serviceOf = ({ request }: Operation): string => request.services[0] ?? '';

/** Where its plan has got to; `restore` is in none. */
function unfinished(part: Operation): StepState | undefined {
  return part.steps.find(({ name, status }) => status !== 'finished' && name !== 'restore');
}

/** What services take together is one move. */
function unique(moves: readonly StepMove[]): readonly StepMove[] {
  return moves.filter(
    (move, index) =>
      moves.findIndex(({ name, service }) => name === move.name && service === move.service) === index,
  );
}

/** A validation is as good as its worst service or suite; too few samples are not a failure. */
function measuredOutcome({ results, request }: Operation): Outcome {
  const verdicts = results.validate?.services.map(({ record }) => record.verdict) ?? [];
  // A deploy whose suites do not gate has done what it was asked for.
  const judged = request.kind === 'validate' ? (results.suites?.runs ?? []) : [];
  if (!judged.every(isGreen)) return 'failed';
  if (verdicts.includes('unhealthy')) return 'failed';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'succeeded';
}

/** Rounds have done what they are for when all tests pass. */
function roundsOutcome({ results }: Operation): Outcome | undefined {
  switch (results.rounds?.end) {
    case undefined:
      return undefined;
    case 'green':
      return 'succeeded';
    case 'stopped':
      return 'cancelled';
    case 'max':
    case 'stalled':
      return 'failed';
  }
}

function outcomeOf(operation: Operation): Outcome {
  const moved = partsOf(operation).some(({ results }) => results.restore?.moved === true);
  switch (operation.failure?.code) {
    case undefined:
      return roundsOutcome(operation) ?? measuredOutcome(operation);
    case 'REJECTED':
      return 'rejected';
    case 'APPROVAL_EXPIRED':
      return 'expired';
    case 'BLOCKED':
      return moved ? 'rolled-back' : 'blocked';
    case 'DRIFT_ADOPTED':
    case 'CANCELLED':
      return moved ? 'rolled-back' : 'cancelled';
    default:
      if (moved) return 'rolled-back';
      return (operation.failure?.blockers ?? []).length > 0 ? 'blocked' : 'failed';
  }
}
