import type { Logger } from 'pino';
import type { Cloud } from '../src/cloud/index.ts';
import { approvalPolicyOf } from '../src/domain/approval.ts';
import type { Event, Failure, Outcome } from '../src/domain/events.ts';
import { nextMove } from '../src/domain/next-move.ts';
import { type Operation, revisionOf, stepOf } from '../src/domain/operation.ts';
import { deployPlan, planPolicy, rollbackPlan, type StepName, validatePlan } from '../src/domain/plan.ts';
import type { Target } from '../src/domain/target.ts';
import { FencedOff, type Ledger } from '../src/ledger/ledger.ts';
import type { Records } from '../src/ledger/records.ts';
import { cancelled, watchForCancel } from './hands.ts';
import { steps, stops } from './steps/index.ts';
import { failureOf } from './faults.ts';
import { failed, type Step, type StepContext, type StepOutcome } from './step.ts';

export interface Performance {
  readonly ledger: Ledger;
  readonly cloud: Cloud;
  readonly log: Logger;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** The configured targets; undefined when the configuration no longer has one of them. */
  readonly targets: (request: Operation['request']) => readonly Target[] | undefined;
  readonly records: Records;
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
        await remember(operation, move.outcome, performance);
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
      case 'stop': {
        await stop(move.name, { operation, append, performance });
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
  if (outcome === undefined) return undefined;
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

type Targets = Pick<StepContext, 'target' | 'targets'>;

function contextOf(
  on: Targets,
  signal: AbortSignal,
  { operation, append, performance }: StepRun,
): StepContext {
  const { cloud, now, records, ledger, log } = performance;
  const other = async (id: string) => ledger.operation(id);
  const reload = async () => (await ledger.operation(operation.id)) ?? operation;
  return { operation, ...on, cloud, signal, now, append, records, reload, other, log };
}

/** @returns undefined when somebody cancelled the operation meanwhile: the next move says what becomes of it. */
async function attempt(
  name: StepName,
  on: Targets,
  run: StepRun,
): Promise<StepOutcome<StepName> | undefined> {
  const { operation, append, performance } = run;
  const { now, signal, log, ledger } = performance;
  const step: Step<StepName> = steps[name];
  const hands = watchForCancel(ledger, operation.id);
  try {
    return await step(contextOf(on, AbortSignal.any([signal, hands.signal]), run));
  } catch (error) {
    const letGo = signal.aborted || hands.signal.aborted;
    const failure: Failure | undefined = letGo ? undefined : failureOf(error);
    if (failure !== undefined) {
      log.warn({ operation: operation.id, step: name, code: failure.code, err: error }, 'step failed');
      return { kind: 'failed', failure };
    }
    if (hands.signal.reason === cancelled && !signal.aborted && !(error instanceof FencedOff))
      return undefined;
    // Given back on purpose: the step did not crash, so it must not count as if it had.
    if (!(error instanceof FencedOff) && signal.aborted)
      await append({ type: 'step-yielded', at: now(), step: name }).catch(() => undefined);
    throw error;
  } finally {
    hands.stop();
  }
}

/** Ends what the step may have left running, and fails it in the name of who cancelled. */
async function stop(name: StepName, run: StepRun): Promise<void> {
  const { operation, append, performance } = run;
  const targets = performance.targets(operation.request);
  const [target] = targets ?? [];
  if (targets !== undefined && target !== undefined && stepOf(operation, name)?.startedAt !== undefined)
    await stops[name]?.(contextOf({ target, targets }, performance.signal, run));
  const { failure } = failed('CANCELLED', {
    summary: `${operation.cancelled?.byName ?? 'Somebody'} cancelled it.`,
  });
  await append({ type: 'step-failed', at: performance.now(), step: name, failure });
}

/** What served everything well is where a rollback leads. Before the end is written: a crash between repeats both. */
async function remember(
  operation: Operation,
  outcome: Outcome,
  { records, targets, now }: Performance,
): Promise<void> {
  const { choose, build } = operation.results;
  const revision = revisionOf(operation);
  const [target] = targets(operation.request) ?? [];
  if (outcome !== 'succeeded' || revision === undefined || target === undefined) return;
  const image = build?.image ?? choose?.choices.find((choice) => choice.revision === revision)?.image ?? '';
  const { byName, ref } = operation.request;
  await records.served.note(target, { revision, image, operation: operation.id, byName, at: now() });
  if (build === undefined) return;
  const { digest, commit } = build;
  await records.proved.note(target, {
    digest,
    ...(commit === undefined ? {} : { commit }),
    ref,
    operation: operation.id,
    at: now(),
  });
}

/** An approval that was not planned but is asked for now, or the other way round. */
function changedPlan(operation: Operation, target: Target): boolean {
  const begun = operation.steps.some((step) => step.name === 'candidate' && step.startedAt !== undefined);
  const approval = approvalPolicyOf(target, operation.request) !== undefined;
  const deploy = deployPlan({ ...planPolicy(target), approval });
  const plans = { deploy, validate: validatePlan, rollback: rollbackPlan };
  const plan = plans[operation.request.kind];
  return !begun && plan.join() !== operation.request.plan.join();
}
