import { setTimeout as wait } from 'node:timers/promises';
import type { RevisionMetrics } from '../../src/cloud/measured.ts';
import { Drift, type Ours } from '../drift.ts';
import { finished, resultOf, type Step, type StepContext } from '../step.ts';

/** Cloud Run samples its metrics each minute: looked at more often they say nothing new. */
const lookEveryMs = 10_000;
/** What was measured may begin a sampling period before the move. */
const lookBackMs = 5 * 60_000;

/**
 * Gives the connections of the revisions before time to end: done when Cloud Monitoring has seen none, at a moment
 * after the move, or when the drain limit has passed. Nobody is cut here; Cloud Run ends what is left at the service's
 * request time-out. Twice is safe: it only reads, and the limit counts from the move.
 */
export const settle: Step<'settle'> = async (context) => {
  const { operation, target, signal, append, now } = context;
  const { split } = resultOf(operation, 'candidate');
  const own = resultOf(operation, 'candidate').revision;
  const revisions = split.map(({ revision }) => revision).filter((revision) => revision !== own);
  const movedAt = operation.moves.at(-1)?.at ?? now();
  const drift = settledDrift(context);
  let told: number | undefined;
  for (;;) {
    const foreign = await drift?.now(again(context));
    if (foreign !== undefined) return foreign;
    const left = revisions.length === 0 ? 0 : await connectionsLeft(revisions, movedAt, context);
    const waitedMs = now() - movedAt;
    if (left === 0) return finished({ waitedMs, left, ended: true });
    if (waitedMs >= target.rollout.drainMs)
      return finished({ waitedMs, ended: false, ...(left === undefined ? {} : { left }) });
    if (left !== undefined && left !== told)
      await append({ type: 'step-progressed', at: now(), step: 'settle', text: progressOf(left, revisions) });
    told = left ?? told;
    await wait(Math.min(lookEveryMs, target.rollout.drainMs), undefined, { signal });
  }
};

/** As the last move has left it. */
function settledDrift(context: StepContext): Drift | undefined {
  const { moves, results } = context.operation;
  const split = moves.at(-1)?.split;
  const template = results.candidate?.template;
  return split === undefined
    ? undefined
    : new Drift({ split, since: 'after the last move', template }, context);
}

/** All users to the candidate once more. */
function again({ cloud, operation, target, signal }: StepContext): Ours {
  const split = [{ revision: resultOf(operation, 'candidate').revision, percent: 100 }];
  return {
    again: async () => {
      await cloud.run.setTraffic(target, { split }, signal);
      return undefined;
    },
  };
}

/** Undefined while nothing is known of a moment after the move: no metric is no zero. */
async function connectionsLeft(
  revisions: readonly string[],
  movedAt: number,
  { cloud, target, operation, signal, now, log }: StepContext,
): Promise<number | undefined> {
  const window = { revisions, fromMs: movedAt - lookBackMs, toMs: now() };
  const metrics = await cloud.metrics.revisions(target, window, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    // Users are served well by now: metrics that cannot be read are no reason to take them back.
    log.warn({ err: error, operation: operation.id }, 'no metrics of Cloud Run');
    return new Map<string, RevisionMetrics>();
  });
  const loads = revisions.map((revision) => metrics.get(revision)?.load);
  const known = loads.every((load) => load?.connections !== undefined && load.until > movedAt);
  return known ? loads.reduce((sum, load) => sum + (load?.connections ?? 0), 0) : undefined;
}

function progressOf(left: number, revisions: readonly string[]): string {
  return `about ${left} connections left on ${revisions.join(' and ')}`;
}
