import type { Logger } from 'pino';
import type { Cloud } from '../src/cloud/index.ts';
import type { Event, Failure } from '../src/domain/events.ts';
import { approvalPolicyOf } from '../src/domain/approval.ts';
import { nextMove } from '../src/domain/next-move.ts';
import type { Operation } from '../src/domain/operation.ts';
import { deployPlan, planPolicy, type StepName, validatePlan } from '../src/domain/plan.ts';
import type { Target } from '../src/domain/target.ts';
import { FencedOff, type Ledger } from '../src/ledger/ledger.ts';
import type { ValidationMemory } from '../src/ledger/validation-memory.ts';
import { steps } from './steps/index.ts';
import { failureOf } from './faults.ts';
import { failed, type Step, type StepOutcome } from './step.ts';

export interface Performance {
  readonly ledger: Ledger;
  readonly cloud: Cloud;
  readonly log: Logger;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** The configured targets; undefined when the configuration no longer has one of them. */
  readonly targets: (request: Operation['request']) => readonly Target[] | undefined;
  readonly memory: ValidationMemory;
}

export type Ended =
  | { readonly kind: 'finished'; readonly waiting: readonly string[] }
  | { readonly kind: 'waiting'; readonly until: number };

/**
 * Takes an operation from where its events are to its end, or to where it must wait. Everything is
 * decided from the ledger, so it does not matter which worker begins and which one ends.
 * @throws FencedOff or the signal's reason when this worker must let go.
 */
export async function perform(id: string, token: number, performance: Performance): Promise<Ended> {
  const { ledger, now } = performance;
  for (;;) {
    const operation = await ledger.operation(id);
    if (operation === undefined) throw new Error(`${id} is not in the ledger`);
    const writer = { operation, token };
    const append = (event: Event) => ledger.append(writer, event);
    const move = nextMove(operation);
    switch (move.kind) {
      case 'finish': {
        const waiting = await ledger.finish(writer, { type: 'finished', at: now(), outcome: move.outcome });
        return { kind: 'finished', waiting };
      }
      case 'give-up': {
        const { failure } = failed('STEP_CRASHED', {
          summary: `The step ${move.name} crashed again and again.`,
        });
        await append({ type: 'step-failed', at: now(), step: move.name, failure });
        break;
      }
      case 'step': {
        const until = await runStep(move.name, { operation, append, performance });
        if (until !== undefined) return { kind: 'waiting', until };
      }
    }
  }
}

interface StepRun {
  readonly operation: Operation;
  readonly append: (event: Event) => Promise<void>;
  readonly performance: Performance;
}

/** @returns when to look again, if the step has to wait. */
async function runStep(name: StepName, run: StepRun): Promise<number | undefined> {
  const { operation, append, performance } = run;
  const { now, log } = performance;
  const targets = performance.targets(operation.request);
  const [target] = targets ?? [];
  if (targets === undefined || target === undefined || changedPlan(operation, target)) {
    const { failure } = failed('CONFIG_CHANGED', { summary: 'This target is configured otherwise now.' });
    await append({ type: 'step-failed', at: now(), step: name, failure });
    return undefined;
  }
  await append({ type: 'step-started', at: now(), step: name });
  log.info({ operation: operation.id, step: name }, 'step started');
  const outcome = await attempt(name, { target, targets }, run);
  switch (outcome.kind) {
    case 'waiting':
      await append({ type: 'step-yielded', at: now(), step: name });
      return outcome.until;
    case 'failed':
      await append({ type: 'step-failed', at: now(), step: name, failure: outcome.failure });
      break;
    case 'finished':
      // The pair of name and result is right by the type of `deploySteps`; the ledger parses it again.
      await append({ type: 'step-finished', at: now(), step: name, result: outcome.result } as Event);
  }
  log.info({ operation: operation.id, step: name, outcome: outcome.kind }, 'step ended');
  return undefined;
}

async function attempt(
  name: StepName,
  on: { readonly target: Target; readonly targets: readonly Target[] },
  run: StepRun,
): Promise<StepOutcome<StepName>> {
  const { operation, append, performance } = run;
  const { cloud, now, signal, log } = performance;
  const step: Step<StepName> = steps[name];
  try {
    return await step({ operation, ...on, cloud, signal, now, append, memory: performance.memory });
  } catch (error) {
    const failure: Failure | undefined = signal.aborted ? undefined : failureOf(error);
    if (failure === undefined) {
      // Given back on purpose: the step did not crash, so it must not count as if it had.
      if (!(error instanceof FencedOff) && signal.aborted)
        await append({ type: 'step-yielded', at: now(), step: name }).catch(() => undefined);
      throw error;
    }
    log.warn({ operation: operation.id, step: name, code: failure.code, err: error }, 'step failed');
    return { kind: 'failed', failure };
  }
}

/** An approval that was not planned but is asked for now, or the other way round. */
function changedPlan(operation: Operation, target: Target): boolean {
  const begun = operation.steps.some((step) => step.name === 'candidate' && step.startedAt !== undefined);
  const approval = approvalPolicyOf(target, operation.request) !== undefined;
  const deploy = deployPlan({ ...planPolicy(target), approval });
  const plan = operation.request.kind === 'deploy' ? deploy : validatePlan;
  return !begun && plan.join() !== operation.request.plan.join();
}
