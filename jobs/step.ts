import type { Logger } from 'pino';
import type { Cloud } from '../src/cloud/index.ts';
import type { Event, Failure } from '../src/domain/events.ts';
import type { Operation } from '../src/domain/operation.ts';
import type { StepName } from '../src/domain/plan.ts';
import type { ReasonCode } from '../src/domain/reasons.ts';
import type { StepResults } from '../src/domain/results.ts';
import type { Target } from '../src/domain/target.ts';
import type { Records } from '../src/ledger/records.ts';
import type { Children } from './children.ts';
import type { ChannelState } from '../src/slack/channel.ts';

/** What a step may use. Nothing in it survives the worker: whatever must last goes through `append`. */
export interface StepContext {
  readonly operation: Operation;
  /** Of several services, the one whose step it is: `operation` and `reload` tell of it alone. */
  readonly target: Target;
  /** Those that the step is about: more than one only where services are measured or approved together. */
  readonly targets: readonly Target[];
  readonly records: Records;
  readonly cloud: Cloud;
  /** Whether slipway can post in this Slack channel. */
  readonly channel: (id: string) => Promise<ChannelState>;
  readonly log: Logger;
  /** Aborts when the worker must let go: shutdown, or another worker has taken over. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The operation as it is now: people take a hand in it while a step runs. */
  readonly reload: () => Promise<Operation>;
  /** Another operation, as it is now; of several services, the same one. */
  readonly other: (id: string) => Promise<Operation | undefined>;
  /** Operations that it begins. */
  readonly children: Children;
  /** Adds to the ledger, fenced. */
  readonly append: (event: Event) => Promise<void>;
}

export type StepOutcome<Name extends StepName> =
  | { readonly kind: 'finished'; readonly result: StepResults[Name] }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Nothing to do until somebody wakes the operation, or until this time. */
  | { readonly kind: 'waiting'; readonly until: number };

/**
 * One durable step. A worker can die between any two lines of it and another will run it again from
 * the top, so every step says in its docstring why that is safe.
 */
export type Step<Name extends StepName> = (context: StepContext) => Promise<StepOutcome<Name>>;

export function finished<Result>(result: Result): { kind: 'finished'; result: Result } {
  return { kind: 'finished', result };
}

export type FailureParts = Pick<Failure, 'summary'> & Partial<Omit<Failure, 'code' | 'summary'>>;

export function failed(code: ReasonCode, parts: FailureParts): { kind: 'failed'; failure: Failure } {
  return { kind: 'failed', failure: { code, evidence: [], logs: [], ...parts } };
}

/** The result of an earlier step of the plan. @throws when the plan is out of order, which is a bug. */
export function resultOf<Name extends StepName>(operation: Operation, name: Name): StepResults[Name] {
  const result = operation.results[name];
  if (result === undefined) throw new Error(`${operation.id}: "${name}" has no result yet`);
  return result;
}
