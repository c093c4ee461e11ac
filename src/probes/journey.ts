import { diagnose } from '../domain/diagnosis/diagnose.ts';
import { observed } from '../domain/diagnosis/observed.ts';
import type { CheckResult, Diagnosis } from '../domain/validation/result.ts';
import type { Evidence } from '../domain/validation/evidence.ts';
import type { JourneyPlan, JourneyStepPlan } from '../domain/validation/plan.ts';
import type { Connector, JourneyRunner } from './context.ts';
import { UnknownVariable } from './journey/script.ts';
import { doStep } from './journey/steps.ts';
import type { Journey, StepFailure } from './journey/talk.ts';

type StepResult = NonNullable<CheckResult['steps']>[number];

/** A step that names no limit of its own, `send` or `close`, is done at once. */
const immediateMs = 5_000;

/**
 * Goes through the script once, step by step, and stops at the first that fails. Healthy: all steps brought what was
 * expected in time. Inconclusive: the fault is the script's or this machine's. Whatever was opened is closed at the end.
 * @throws the signal's reason when that aborts
 */
export const runJourney: JourneyRunner = async (plan, connector, { signal, progress }) => {
  const begun = performance.now();
  const journey = newJourney(connector, signal, begun);
  const steps: StepResult[] = [];
  try {
    for (const step of plan.steps) {
      progress(step.name);
      const limit = limitOf(step, begun + plan.withinMs - performance.now());
      const since = journey.stepEndedAt;
      const failure = await attempt(step, journey, limit);
      const ms = round((failure === undefined ? journey.stepEndedAt : performance.now()) - since);
      steps.push({ name: step.name, ms, ...(failure === undefined ? {} : { failed: failure.failed }) });
      if (failure !== undefined) return resultOf({ plan, journey, steps, begun }, diagnose(failure.evidence));
    }
    return resultOf({ plan, journey, steps, begun });
  } finally {
    await Promise.all(journey.talks.map(({ connection }) => connection.close()));
  }
};

function newJourney(connector: Connector, signal: AbortSignal, begun: number): Journey {
  return {
    connector,
    signal,
    captured: new Map(),
    cookies: new Map(),
    talk: undefined,
    talks: [],
    stepEndedAt: begun,
  };
}

/** Milliseconds: the step's own, or what is left of the whole. */
function limitOf(step: JourneyStepPlan, leftMs: number): number {
  const own = 'withinMs' in step ? step.withinMs : immediateMs;
  return Math.floor(Math.min(own, leftMs));
}

async function attempt(
  step: JourneyStepPlan,
  journey: Journey,
  limitMs: number,
): Promise<StepFailure | undefined> {
  if (limitMs <= 0)
    return atFault(journey, observed.journeyStep, `${step.name}: no time left of the whole journey`);
  try {
    const failure = await doStep(step, journey, limitMs);
    // An `expect` ends when its message came; everything else when it is done.
    if (step.kind !== 'expect') journey.stepEndedAt = performance.now();
    return failure;
  } catch (error) {
    journey.signal.throwIfAborted();
    if (!(error instanceof UnknownVariable)) throw error;
    return atFault(journey, observed.invalidRequest, `${step.name}: ${error.message}`);
  }
}

function atFault({ connector }: Journey, error: string, note: string): StepFailure {
  const phase: Evidence['phase'] = error === observed.invalidRequest ? 'prober' : 'echo';
  return { failed: note, evidence: { phase, url: connector.url.href, error, note } };
}

interface Told {
  readonly plan: JourneyPlan;
  readonly journey: Journey;
  readonly steps: readonly StepResult[];
  readonly begun: number;
}

function resultOf({ plan, journey, steps, begun }: Told, diagnosis?: Diagnosis): CheckResult {
  const tookMs = round(performance.now() - begun);
  const done = steps.filter(({ failed }) => failed === undefined).length;
  const failed = steps.at(-1)?.failed;
  const count = `${done} of ${plan.steps.length} steps in ${Math.round(tookMs)} ms`;
  const fault = failed === undefined ? '' : `; ${steps.at(-1)?.name ?? ''}: ${failed}`;
  return {
    name: plan.name,
    kind: 'journey',
    expected: `${plan.steps.length} steps in order within ${plan.withinMs} ms`,
    measured: `${count}${fault}${between(journey)}`,
    verdict: diagnosis === undefined ? 'healthy' : diagnosis.prober ? 'inconclusive' : 'unhealthy',
    tookMs,
    diagnoses: diagnosis === undefined ? [] : [diagnosis],
    steps,
  };
}

/** What came that no step waited for. */
function between({ talks, connector }: Journey): string {
  const labels = [...new Set(talks.flatMap(({ inbox }) => inbox.passedLabels))];
  const others = talks.reduce((sum, { inbox }) => sum + inbox.passedOver, 0);
  if (others === 0) return '';
  const more = labels.length > 5 ? ', …' : '';
  return `; ${others} other ${others === 1 ? 'message' : 'messages'} in between (${connector.shown(labels.slice(0, 5).join(', '))}${more})`;
}

const round = (ms: number): number => Math.max(0, Math.round(ms * 10) / 10);
