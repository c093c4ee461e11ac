import type { ControlKind, Event, EventOf, Failure, Outcome, Shown } from './events.ts';
import type { StepName } from './plan.ts';
import type { Split, StepResults } from './results.ts';
import { changedParts } from './shown.ts';
import type { Trigger } from './trigger.ts';

/** Identifies an operation everywhere: `staging-42`. Shown to people as `staging #42`. */
export function operationId(environment: string, number: number): string {
  return `${environment}-${number}`;
}

/** `staging #42` for `staging-42`; the number stands after the last hyphen. */
export function operationLabel(id: string): string {
  const cut = id.lastIndexOf('-');
  return `${id.slice(0, cut)} #${id.slice(cut + 1)}`;
}

export type StepStatus = 'pending' | 'running' | 'waiting' | 'finished' | 'failed';

export interface StepState {
  readonly name: StepName;
  readonly status: StepStatus;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** How often a worker began it and did not give it back: more than one is a crash in between. */
  readonly attempts: number;
  /** Where it has got to, while it runs. */
  readonly progress?: string;
  readonly failure?: Failure;
}

export type ApprovalState = Omit<EventOf<'approval-requested'>, 'type' | 'at'> & {
  readonly requestedAt: number;
  readonly decision?: {
    readonly kind: 'approved' | 'rejected';
    readonly by: string;
    readonly byName: string;
    readonly at: number;
  };
  readonly expired: boolean;
  /** Why an earlier question, perhaps answered with yes, is void: what has changed since it was asked. */
  readonly voided?: { readonly changed: readonly string[]; readonly approvedBy?: string };
};

/** Who took a hand in it, and when. */
export interface Hand {
  readonly by: string;
  readonly byName: string;
  readonly at: number;
}

export interface TrafficMove {
  /** Share of the candidate. */
  readonly percent: number;
  readonly split: Split;
  /** HTTP 5xx before the first move, 0 to 1: what the candidate's are compared with. */
  readonly stableErrors: number;
  readonly at: number;
  /** What was measured until the next move; absent while it is watched. */
  readonly watched?: readonly Trigger[];
}

/** What a command asked for, and all that has become of it: the fold of its events. */
export interface Operation {
  readonly id: string;
  readonly request: Omit<EventOf<'requested'>, 'type' | 'at'>;
  readonly requestedAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly phase: 'queued' | 'running' | 'finished';
  /** While queued: the operation just ahead, and the place in line; whoever holds the target is #1. */
  readonly queue?: { readonly behind: string; readonly position: number };
  readonly steps: readonly StepState[];
  readonly results: Readonly<Partial<StepResults>>;
  readonly approval?: ApprovalState;
  /** Somebody wants it to end; what it has done is undone. */
  readonly cancelled?: Hand;
  /** Somebody wants the traffic to stay as it is. */
  readonly held?: Hand;
  /** Somebody wants the candidate to get everything now. */
  readonly promoted?: Hand;
  /** What somebody else changed meanwhile: it waits for a person's word. */
  readonly drift?: { readonly what: string; readonly split: Split; readonly at: number };
  /** Somebody wants to keep what somebody else changed. */
  readonly adopted?: Hand;
  /** How users were moved, oldest first. */
  readonly moves: readonly TrafficMove[];
  readonly failure?: Failure & { readonly step: StepName };
  readonly outcome?: Outcome;
  /** How many events were folded. */
  readonly version: number;
}

/**
 * Folds events into the operation they tell.
 * @throws when the list does not begin with `requested`: such a list is no operation.
 */
export function fold(events: readonly Event[]): Operation {
  const [first, ...rest] = events;
  if (first?.type !== 'requested') throw new Error('An operation must begin with "requested"');
  const { type: _, at, ...request } = first;
  const begun: Operation = {
    id: operationId(request.environment, request.number),
    request,
    requestedAt: at,
    phase: 'queued',
    steps: request.plan.map((name) => ({ name, status: 'pending', attempts: 0 })),
    results: {},
    moves: [],
    version: 1,
  };
  return rest.reduce(
    (operation, event) => ({ ...apply(operation, event), version: operation.version + 1 }),
    begun,
  );
}

function apply(operation: Operation, event: Event): Operation {
  if (operation.phase === 'finished') return operation;
  switch (event.type) {
    case 'requested':
      return operation;
    case 'queued':
      return operation.phase === 'queued'
        ? { ...operation, queue: { behind: event.behind, position: event.position } }
        : operation;
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
    case 'step-progressed':
      return changeStep(operation, event.step, (step) => ({ ...step, progress: event.text }));
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
    case 'step-failed':
      return {
        ...changeStep(operation, event.step, (step) => ({
          ...step,
          status: 'failed',
          finishedAt: event.at,
          failure: event.failure,
        })),
        // The first failure is the one that explains; a later one (of restoring) stands with its own step.
        failure: operation.failure ?? { ...event.failure, step: event.step },
      };
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
      return applyControl(operation, event);
    case 'drift-found': {
      const { what, split, at } = event;
      return { ...operation, drift: { what, split, at } };
    }
    case 'traffic-moved': {
      const { percent, split, stableErrors, at } = event;
      return { ...operation, moves: [...operation.moves, { percent, split, stableErrors, at }] };
    }
    case 'watched':
      return {
        ...operation,
        moves: operation.moves.map((move, index) =>
          index === operation.moves.length - 1 ? { ...move, watched: event.triggers } : move,
        ),
      };
    case 'finished':
      return { ...operation, phase: 'finished', finishedAt: event.at, outcome: event.outcome };
  }
}

/** A hand that comes too late changes nothing: who decides on a click says so to the person. */
function applyControl(operation: Operation, { type, by, byName, at }: EventOf<ControlKind>): Operation {
  if (operation.failure !== undefined) return operation;
  const hand = { by, byName, at };
  switch (type) {
    case 'cancelled':
      return { ...operation, cancelled: operation.cancelled ?? hand };
    case 'held':
      return { ...operation, held: operation.held ?? hand };
    case 'adopted':
      return { ...operation, adopted: hand };
    case 'overruled': {
      const { drift: _, ...own } = operation;
      return own;
    }
    case 'promoted':
    case 'resumed': {
      const { held: _, ...free } = operation;
      return type === 'promoted' ? { ...free, promoted: hand } : free;
    }
  }
}

type ApprovalEvent = EventOf<'approval-requested' | 'approved' | 'rejected' | 'approval-expired'>;

function applyApproval(operation: Operation, event: ApprovalEvent): Operation {
  if (event.type === 'approval-requested') {
    const { type: _, at, ...asked } = event;
    const waiting = changeStep(operation, 'approval', (step) => ({ ...step, status: 'waiting' }));
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

export function stepOf(operation: Operation, name: StepName): StepState | undefined {
  return operation.steps.find((step) => step.name === name);
}

/** The revision that users are moved to: a candidate, or one that is gone back to. */
export function revisionOf({ results }: Operation): string | undefined {
  return results.candidate?.revision ?? results.choose?.revision;
}

/** Whether somebody's click is awaited right now. */
export function awaitsApproval(operation: Operation): boolean {
  const approval = operation.approval;
  return (
    operation.phase === 'running' &&
    operation.cancelled === undefined &&
    approval !== undefined &&
    approval.decision === undefined &&
    !approval.expired &&
    stepOf(operation, 'approval')?.finishedAt === undefined
  );
}

/** What the operation is about, as people say it: `Deploy backend to staging`. */
export function titleOf({ kind, services, environment }: Operation['request']): string {
  const verbs = { deploy: 'Deploy', validate: 'Validate', rollback: 'Roll back' } as const;
  return `${verbs[kind]} ${services.join(', ')} ${kind === 'deploy' ? 'to' : 'in'} ${environment}`;
}
