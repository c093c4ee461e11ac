import { withAllBlockers } from './blocked-parts.ts';
import { changeLast, isOpen } from './countdown.ts';
import type { Event, EventOf, Shown } from './events.ts';
import { applyControl } from './fold-control.ts';
import { type ApprovalState, type Operation, operationId, type StepState } from './operation.ts';
import { asOne, ofPart, ofWhole } from './part.ts';
import type { StepName } from './plan.ts';
import { noRounds, tellRounds } from './rounds/state.ts';
import { changedParts } from './shown.ts';

/**
 * Folds events into the operation they tell.
 * @throws when the list does not begin with `requested`: such a list is no operation.
 */
export function fold(events: readonly Event[]): Operation {
  const [first, ...rest] = events;
  if (first?.type !== 'requested') throw new Error('An operation must begin with "requested"');
  const { parts } = first;
  const whole = tell(first, parts === undefined ? rest : rest.map(ofWhole));
  if (parts === undefined) return whole;
  return joined(
    whole,
    parts.map((part) => tell(asOne(first, part), rest.map(ofPart(part)))),
  );
}

/** Cancel during the countdown of one service takes that one back at once, as it does where it is alone. */
function joined({ cancelled, ...told }: Operation, parts: readonly Operation[]): Operation {
  const failure = withAllBlockers(told.failure, parts);
  const whole = failure === undefined ? told : { ...told, failure };
  const hurried = parts.some(({ countdowns }) =>
    countdowns.some((each) => each.hurried?.at === cancelled?.at),
  );
  return cancelled === undefined || hurried ? { ...whole, parts } : { ...whole, cancelled, parts };
}

/** An event that does not concern it counts, and changes nothing. */
function tell(requested: EventOf<'requested'>, events: readonly (Event | undefined)[]): Operation {
  const { type: _, at, ...request } = requested;
  const begun: Operation = {
    id: operationId(request.environment, request.number),
    request,
    requestedAt: at,
    phase: 'queued',
    steps: request.plan.map((name) => ({ name, status: 'pending', attempts: 0 })),
    results: {},
    moves: [],
    countdowns: [],
    ...(request.kind === 'rounds' ? { rounds: noRounds } : {}),
    version: 1,
  };
  return events.reduce<Operation>((operation, event) => {
    const next = event === undefined ? operation : apply(operation, event);
    return { ...next, version: operation.version + 1 };
  }, begun);
}

function apply(operation: Operation, event: Event): Operation {
  if (operation.phase === 'finished') return operation;
  switch (event.type) {
    case 'requested':
      return operation;
    case 'queued':
      return operation.phase === 'queued' ? { ...operation, queue: queueOf(event) } : operation;
    case 'started': {
      const { queue: _, ...unqueued } = operation;
      return { ...unqueued, phase: 'running', startedAt: operation.startedAt ?? event.at };
    }
    case 'step-started':
      return changeStep(operation, event.step, (step) => ({
        ...step,
        status: 'running',
        startedAt: step.startedAt ?? event.at,
        attempts: step.attempts + 1,
      }));
    case 'estimated':
      return { ...operation, estimates: operation.estimates ?? event.estimates };
    case 'step-late':
      return changeStep(operation, event.step, (step) => ({ ...step, late: true }));
    case 'step-progressed':
      return changeStep(tellCountdown(operation, event), event.step, (step) => ({
        ...step,
        progress: event.text,
      }));
    case 'step-yielded':
      return changeStep(operation, event.step, (step) => ({
        ...step,
        status: step.status === 'running' ? 'waiting' : step.status,
        attempts: Math.max(0, step.attempts - 1),
      }));
    case 'step-finished':
      return {
        ...changeStep(operation, event.step, (step) => ({
          ...step,
          status: 'finished',
          finishedAt: event.at,
        })),
        results: { ...operation.results, [event.step]: event.result },
      };
    case 'step-failed': {
      // The first failure is the one that explains; a later one (of restoring) stands with its own step.
      const { failure, step: name, service } = event;
      const told = failure.suites === undefined ? {} : { suites: { runs: failure.suites } };
      const known = {
        ...operation,
        results: { ...operation.results, ...told },
        failure: operation.failure ?? { ...failure, step: name, service },
      };
      // The step is one of a part, which tells it.
      if (operation.request.parts !== undefined && service !== undefined) return known;
      return changeStep(known, name, (step) => ({
        ...step,
        status: 'failed',
        finishedAt: event.at,
        failure,
      }));
    }
    case 'approval-requested':
    case 'approved':
    case 'rejected':
    case 'approval-expired':
      return applyApproval(operation, event);
    case 'cancelled':
    case 'held':
    case 'resumed':
    case 'promoted':
    case 'adopted':
    case 'overruled':
    case 'kept':
      return applyControl(operation, event);
    case 'drift-found': {
      const { what, split, at } = event;
      return { ...operation, drift: { what, split, at } };
    }
    case 'traffic-moved': {
      const { percent, split, stableErrors, at } = event;
      return getsOn(
        { ...operation, moves: [...operation.moves, { percent, split, stableErrors, at }] },
        'shift',
      );
    }
    case 'watched':
      return getsOn(
        {
          ...operation,
          moves: operation.moves.map((move, index) =>
            index === operation.moves.length - 1 ? { ...move, watched: event.triggers } : move,
          ),
        },
        'shift',
      );
    case 'trigger-fired': {
      const { type: _, ...fired } = event;
      return { ...operation, countdowns: [...operation.countdowns, { ...fired, toldAt: event.at }] };
    }
    case 'countdown-over':
      return changeLast(operation, (last) => (isOpen(last) ? { ...last, overAt: event.at } : last));
    case 'round-started':
    case 'round-ended':
    case 'round-asked':
      return operation.rounds === undefined
        ? operation
        : { ...getsOn(operation, 'rounds'), rounds: tellRounds(operation.rounds, event) };
    case 'finished':
      return { ...operation, phase: 'finished', finishedAt: event.at, outcome: event.outcome };
  }
}

/** A step that gets on is none that kills its workers, however many of them die in the hours that it may take. */
function getsOn(operation: Operation, name: StepName): Operation {
  return changeStep(operation, name, (step) => ({ ...step, attempts: Math.min(step.attempts, 1) }));
}

function queueOf({ behind, position, beginsAt }: EventOf<'queued'>): NonNullable<Operation['queue']> {
  return { behind, position, ...(beginsAt === undefined ? {} : { beginsAt }) };
}

/** What is told of the shift while a countdown runs is told of the countdown. */
function tellCountdown(operation: Operation, { step, at }: EventOf<'step-progressed'>): Operation {
  return step === 'shift'
    ? changeLast(operation, (last) => (isOpen(last) ? { ...last, toldAt: at } : last))
    : operation;
}

type ApprovalEvent = EventOf<'approval-requested' | 'approved' | 'rejected' | 'approval-expired'>;

function applyApproval(operation: Operation, event: ApprovalEvent): Operation {
  if (event.type === 'approval-requested') {
    const { type: _, at, ...asked } = event;
    // Asked again after a yes, when what was approved is not what would be done any more.
    const waiting = changeStep(operation, 'approval', ({ finishedAt: _, ...step }) => ({
      ...step,
      status: 'waiting',
    }));
    const voided =
      operation.approval === undefined ? {} : { voided: voidedBy(operation.approval, asked.shown) };
    return { ...waiting, approval: { ...asked, requestedAt: at, expired: false, ...voided } };
  }
  const approval = operation.approval;
  if (approval === undefined || approval.decision !== undefined || approval.expired) return operation;
  if (event.type === 'approval-expired') return { ...operation, approval: { ...approval, expired: true } };
  if (event.fingerprint !== approval.fingerprint) return operation;
  return {
    ...operation,
    approval: {
      ...approval,
      decision: { kind: event.type, by: event.by, byName: event.byName, at: event.at },
    },
  };
}

function voidedBy(before: ApprovalState, now: Shown): NonNullable<ApprovalState['voided']> {
  const changed = changedParts(before.shown, now);
  return before.decision === undefined ? { changed } : { changed, approvedBy: before.decision.byName };
}

function changeStep(operation: Operation, name: StepName, change: (step: StepState) => StepState): Operation {
  const known = operation.steps.some((step) => step.name === name);
  // `restore` is in no plan: it appears when something has to be put back.
  const steps = known
    ? operation.steps
    : [...operation.steps, { name, status: 'pending' as const, attempts: 0 }];
  return { ...operation, steps: steps.map((step) => (step.name === name ? change(step) : step)) };
}
