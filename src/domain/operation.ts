import type { EventOf, Failure, Outcome } from './events.ts';
import type { StepName } from './plan.ts';
import type { Split, StepResults } from './results.ts';
import type { RoundsState } from './rounds/state.ts';
import type { Trigger } from './trigger.ts';
import type { Estimates } from './usual.ts';

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
  /** It takes longer than in 9 of 10 times before. */
  readonly late?: boolean;
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

/** A trigger fired: users go back at the end of it, unless somebody keeps them where they are. */
export interface Countdown {
  /** Share of the candidate. */
  readonly percent: number;
  /** All that were measured, fired or not. */
  readonly triggers: readonly Trigger[];
  readonly at: number;
  readonly until: number;
  /** The last time the worker said how it goes. */
  readonly toldAt: number;
  readonly kept?: Hand;
  /** Somebody does not want to wait for its end. */
  readonly hurried?: Hand;
  /** When nobody had kept it in time. */
  readonly overAt?: number;
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
  readonly queue?: {
    readonly behind: string;
    readonly position: number;
    /** When its turn will probably come, milliseconds since 1970. Absent: it is not known. */
    readonly beginsAt?: number;
  };
  /** How long it will probably take, as it was known when it began. */
  readonly estimates?: Estimates;
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
  /** How triggers that fired were told to people first, oldest first. */
  readonly countdowns: readonly Countdown[];
  readonly failure?: Failure & { readonly step: StepName; readonly service?: string | undefined };
  /**
   * Several services: each as an operation of its own, in the order of the request. The whole has only the steps that
   * they take together then, and the first failure of any of them.
   */
  readonly parts?: readonly Operation[];
  /** Of rounds alone: those there were, and what is asked for. */
  readonly rounds?: RoundsState;
  readonly outcome?: Outcome;
  /** How many events were folded. */
  readonly version: number;
}

/** The services of an operation one by one; of a single service, the operation itself. */
export function partsOf(operation: Operation): readonly Operation[] {
  return operation.parts ?? [operation];
}

/** One service of it. Undefined when it has no such part. */
export function partOf(operation: Operation, service: string): Operation | undefined {
  return partsOf(operation).find(({ request }) => request.services.includes(service));
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

/** The operation whose thread tells it: a part of other work has none of its own. */
export function threadOf(id: string, { parent }: Pick<Operation['request'], 'parent'>): string {
  return parent?.operation ?? id;
}

/** What the operation is about, as people say it: `Deploy backend to staging`. */
export function titleOf({ kind, services, environment, back, suites }: Operation['request']): string {
  const verbs = {
    deploy: 'Deploy',
    validate: 'Validate',
    rollback: 'Roll back',
    rounds: 'Rounds of',
  } as const;
  if (kind === 'infrastructure')
    return `${back === true ? 'Roll back' : 'Change'} infrastructure of ${environment}`;
  if (kind === 'validate' && suites !== undefined)
    return `Run ${suites.names.length === 1 ? 'test suite' : 'test suites'} ${suites.names.join(', ')} in ${environment}`;
  return `${verbs[kind]} ${services.join(', ')} ${kind === 'deploy' ? 'to' : 'in'} ${environment}`;
}
