import { lateAt } from '../src/domain/estimate.ts';
import type { Event, Failure } from '../src/domain/events.ts';
import type { StepMove } from '../src/domain/next-move.ts';
import { type Operation, partOf, stepOf } from '../src/domain/operation.ts';
import type { StepName } from '../src/domain/plan.ts';
import { isPlanOf } from '../src/domain/plan-of.ts';
import { FencedOff } from '../src/ledger/ledger.ts';
import { childrenOf } from './children.ts';
import { failureOf } from './faults.ts';
import { cancelled, watchForCancel } from './hands.ts';
import type { Performance } from './performance.ts';
import { failed, type Step, type StepContext, type StepOutcome } from './step.ts';
import { steps, stops } from './steps/index.ts';

/** Node's timers end at once when they are longer. */
const longestTimerMs = 2 ** 31 - 1;

export interface Moving {
  readonly operation: Operation;
  /** Fencing token. */
  readonly token: number;
  /** Aborts when another service of the same operation failed. */
  readonly halt: AbortSignal;
  readonly performance: Performance;
}

/** One move of one service; `operation` is that service alone. */
interface StepRun extends Moving {
  readonly move: StepMove;
  readonly whole: Operation;
  readonly append: (event: Event) => Promise<void>;
}

/**
 * Makes one move and tells the ledger.
 * @returns when to look again, if the step has to wait.
 * @throws FencedOff or the signal's reason when this worker must let go.
 */
export async function makeMove(move: StepMove, moving: Moving): Promise<number | undefined> {
  const { operation: whole, token, performance } = moving;
  const { service, name } = move;
  const operation = service === undefined ? whole : (partOf(whole, service) ?? whole);
  const append = (event: Event) =>
    // Whatever a step of one of several services tells is about that one.
    performance.ledger.append(
      { operation: whole, token },
      service === undefined ? event : about(service, event),
    );
  const run = { ...moving, move, whole, operation, append };
  switch (move.kind) {
    case 'step':
      return runStep(name, run);
    case 'stop':
      await stop(name, run);
      return undefined;
    case 'give-up':
      await fail(
        failed('STEP_CRASHED', { summary: `The step ${name} crashed again and again.` }).failure,
        run,
      );
      return undefined;
  }
}

/** Events that know no service lose it when they are written. */
function about(service: string, event: Event): Event {
  return { ...event, service } as Event;
}

async function fail(failure: Failure, { move, append, performance }: StepRun): Promise<void> {
  await append({ type: 'step-failed', at: performance.now(), step: move.name, failure });
}

async function runStep(name: StepName, run: StepRun): Promise<number | undefined> {
  const { operation, append, performance } = run;
  const { now, log } = performance;
  const on = targetsOf(run);
  if (on === undefined || !isPlanOf(operation, on.targets)) {
    await fail(
      failed('CONFIG_CHANGED', { summary: 'This target is configured otherwise now.' }).failure,
      run,
    );
    return undefined;
  }
  await append({ type: 'step-started', at: now(), step: name });
  const told = { operation: operation.id, step: name, service: run.move.service };
  log.info(told, 'step started');
  const outcome = await attempt(name, on, run);
  if (outcome === undefined) return undefined;
  switch (outcome.kind) {
    case 'waiting':
      await append({ type: 'step-yielded', at: now(), step: name });
      return outcome.until;
    case 'failed':
      await fail(outcome.failure, run);
      break;
    case 'finished':
      // The pair of name and result is right by the type of `steps`; the ledger parses it again.
      await append({ type: 'step-finished', at: now(), step: name, result: outcome.result } as Event);
  }
  log.info({ ...told, outcome: outcome.kind }, 'step ended');
  return undefined;
}

type Targets = Pick<StepContext, 'target' | 'targets'>;

function targetsOf({ operation, performance }: StepRun): Targets | undefined {
  const targets = performance.targets(operation.request);
  const [target] = targets ?? [];
  return targets === undefined || target === undefined ? undefined : { target, targets };
}

function contextOf(on: Targets, signal: AbortSignal, run: StepRun): StepContext {
  const { operation, append, move, performance } = run;
  const { cloud, now, records, ledger, log, channel } = performance;
  const other = async (id: string) => {
    const whole = await ledger.operation(id);
    return whole === undefined || move.service === undefined ? whole : partOf(whole, move.service);
  };
  const reload = async () => (await other(operation.id)) ?? operation;
  const children = childrenOf(performance);
  return { operation, ...on, cloud, signal, now, append, records, reload, other, children, channel, log };
}

/** @returns undefined when it was stopped on purpose meanwhile: the next move says what becomes of it. */
async function attempt(
  name: StepName,
  on: Targets,
  run: StepRun,
): Promise<StepOutcome<StepName> | undefined> {
  const { operation, append, halt, performance } = run;
  const { now, signal, log, ledger } = performance;
  const step: Step<StepName> = steps[name];
  const hands = watchForCancel(ledger, operation.id);
  const late = tellWhenLate(name, run);
  const stopping = AbortSignal.any([hands.signal, halt]);
  try {
    return await step(contextOf(on, AbortSignal.any([signal, stopping]), run));
  } catch (error) {
    const letGo = signal.aborted || stopping.aborted;
    const failure: Failure | undefined = letGo ? undefined : failureOf(error);
    if (failure !== undefined) {
      log.warn({ operation: operation.id, step: name, code: failure.code, err: error }, 'step failed');
      return { kind: 'failed', failure };
    }
    if (stopping.reason === cancelled && !signal.aborted && !(error instanceof FencedOff)) return undefined;
    // Given back on purpose: the step did not crash, so it must not count as if it had.
    if (!(error instanceof FencedOff) && signal.aborted)
      await append({ type: 'step-yielded', at: now(), step: name }).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(late);
    hands.stop();
  }
}

/** Says once that it takes longer than usual. Twice is safe: a step that is late stays so. */
function tellWhenLate(
  name: StepName,
  { operation, append, performance }: StepRun,
): NodeJS.Timeout | undefined {
  const { now } = performance;
  const begun = { startedAt: now(), ...stepOf(operation, name) };
  const at = lateAt(operation, { attempts: 1, status: 'running', ...begun, name });
  if (at === undefined) return undefined;
  // A line that is lost with the ledger is not missed; the step itself will meet the same fault.
  const tell = () => void append({ type: 'step-late', at: now(), step: name }).catch(() => undefined);
  return setTimeout(tell, Math.min(Math.max(0, at - now()), longestTimerMs));
}

/** Ends what the step may have left running, and fails it in the name of who or what stopped it. */
async function stop(name: StepName, run: StepRun): Promise<void> {
  const { operation, whole, performance } = run;
  const on = targetsOf(run);
  if (on !== undefined && stepOf(operation, name)?.startedAt !== undefined)
    await stops[name]?.(contextOf(on, performance.signal, run));
  const { cancelled: by, failure } = whole;
  const other = failure?.service ?? 'another service';
  await fail(
    by === undefined
      ? failed('OTHER_SERVICE_FAILED', { summary: `Stopped, because ${other} failed.` }).failure
      : failed('CANCELLED', { summary: `${by.byName} cancelled it.` }).failure,
    run,
  );
}
