import type { Operation, StepState } from './operation.ts';
import type { StepName } from './plan.ts';
import type { Durations, Estimates } from './usual.ts';

/** How long these take is up to people, and says nothing of the next time. */
const people: ReadonlySet<StepName> = new Set(['approval', 'rounds']);

export function isEmpty({ whole, steps }: Estimates): boolean {
  return whole === undefined && Object.keys(steps).length === 0;
}

/**
 * How long the steps took that ended well, and the whole where all did. A step that a crash has interrupted took longer
 * than it needs.
 * @param endedAt milliseconds since 1970
 */
export function durationsOf(operation: Operation, endedAt: number, succeeded: boolean): Durations {
  const { id, steps, startedAt } = operation;
  const own = steps.filter(
    (step) => step.status === 'finished' && step.attempts === 1 && !people.has(step.name),
  );
  const waited = steps.filter(({ name }) => people.has(name)).reduce((sum, step) => sum + tookMs(step), 0);
  const whole = succeeded && startedAt !== undefined;
  return {
    operation: id,
    ...(whole ? { whole: Math.max(0, endedAt - startedAt - waited) } : {}),
    steps: Object.fromEntries(own.map((step) => [step.name, tookMs(step)])),
  };
}

/** When a running operation will probably have ended; undefined where that is not known, or up to people. */
export function expectedEnd({ phase, steps, estimates, startedAt, failure }: Operation): number | undefined {
  if (phase !== 'running' || estimates === undefined || failure !== undefined) return undefined;
  const first = steps.findIndex(({ status }) => status !== 'finished');
  const [now, ...later] = first < 0 ? [] : steps.slice(first);
  const begun = now?.startedAt ?? steps[first - 1]?.finishedAt ?? startedAt;
  if (now === undefined || begun === undefined || now.late === true) return undefined;
  const medians = [now, ...later].map(({ name }) => estimates.steps[name]?.median);
  const known = medians.filter((each) => each !== undefined);
  return known.length < medians.length ? undefined : known.reduce((sum, each) => sum + each, begun);
}

/** When a step has taken longer than in 9 of 10 times before; undefined where that is not known, or was said. */
export function lateAt({ estimates }: Operation, { name, startedAt, late }: StepState): number | undefined {
  const p90 = estimates?.steps[name]?.p90;
  return p90 === undefined || startedAt === undefined || late === true ? undefined : startedAt + p90;
}

function tookMs({ startedAt = 0, finishedAt = startedAt }: StepState): number {
  return Math.max(0, finishedAt - startedAt);
}
