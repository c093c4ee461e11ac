import type { Outcome } from './events.ts';
import { type Operation, stepOf } from './operation.ts';
import type { StepName } from './plan.ts';

/** After this many crashes in one step slipway stops: a step that kills its worker would kill every worker. */
export const crashBudget = 5;

export type Move =
  | { readonly kind: 'step'; readonly name: StepName }
  | { readonly kind: 'give-up'; readonly name: StepName }
  /** Somebody cancelled it: the step is not done any more. */
  | { readonly kind: 'stop'; readonly name: StepName }
  | { readonly kind: 'finish'; readonly outcome: Outcome };

/** What a worker does next with an operation. Pure, so a worker that takes over decides the same. */
export function nextMove(operation: Operation): Move {
  const name = operation.failure === undefined ? nextPlanned(operation) : nextUndo(operation);
  if (name === undefined) return { kind: 'finish', outcome: outcomeOf(operation) };
  if (operation.cancelled !== undefined && operation.failure === undefined) return { kind: 'stop', name };
  const attempts = stepOf(operation, name)?.attempts ?? 0;
  return { kind: attempts >= crashBudget ? 'give-up' : 'step', name };
}

function nextPlanned(operation: Operation): StepName | undefined {
  return operation.steps.find((step) => step.status !== 'finished')?.name;
}

/** Once the candidate was begun, a failure leaves something to put back: its tag, and perhaps traffic. */
function nextUndo(operation: Operation): StepName | undefined {
  const begun = (stepOf(operation, 'candidate')?.startedAt ?? 0) > 0;
  const restore = stepOf(operation, 'restore');
  return begun && restore?.finishedAt === undefined ? 'restore' : undefined;
}

/** A validation is as good as its worst service; too few samples are not a failure. */
function measuredOutcome({ results }: Operation): Outcome {
  const verdicts = results.validate?.services.map(({ record }) => record.verdict) ?? [];
  if (verdicts.includes('unhealthy')) return 'failed';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'succeeded';
}

function outcomeOf(operation: Operation): Outcome {
  switch (operation.failure?.code) {
    case undefined:
      return measuredOutcome(operation);
    case 'REJECTED':
      return 'rejected';
    case 'APPROVAL_EXPIRED':
      return 'expired';
    case 'DRIFT_ADOPTED':
      return 'cancelled';
    case 'CANCELLED':
      return operation.results.restore?.moved === true ? 'rolled-back' : 'cancelled';
    default:
      return operation.results.restore?.moved === true ? 'rolled-back' : 'failed';
  }
}
