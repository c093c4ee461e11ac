import { setTimeout as wait } from 'node:timers/promises';
import { interruptedCountdown, unkept } from '../../src/domain/countdown.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { type Split, splitText } from '../../src/domain/results.ts';
import { isOfRollout, splitWith } from '../../src/domain/split.ts';
import { type Trigger, triggerText } from '../../src/domain/trigger.ts';
import { takeBack } from '../countdown.ts';
import { type Destination, destinationOf, driftOf, stepsOf } from '../destination.ts';
import type { Drift, Failed } from '../drift.ts';
import { failed, finished, type Step, type StepContext, type StepOutcome } from '../step.ts';
import { errorsBefore, usersUrl, Watch } from '../watch.ts';

/** Often enough that an outage is known at the third look, and seldom enough to be no load. */
const lookEveryMs = 3_000;
/** Whoever takes over in the middle looks at least so often before going on. */
const leastLooks = 4;

/** A rate that is still near its limit after so much more time is too near it to say. */
const unsureMs = 60_000;

/**
 * Gives the candidate its traffic step by step, watches each of them, and takes the candidate's tag away at the end:
 * it is the stable revision then. Twice is safe: how far it is stands in the ledger, nothing is written when traffic
 * is so already, and a watch that was interrupted is made again for at least a few looks.
 */
export const shift: Step<'shift'> = async (context) => {
  const { operation } = context;
  const destination = destinationOf(operation);
  const percents = stepsOf(context, destination);
  const drift = driftOf(destination, context);
  const fired = await moveAndWatch(percents, { destination, drift }, context);
  return fired ?? release(destination, context);
};

interface Moving {
  readonly destination: Destination;
  /** One for all moves: what a person let pass is not asked about again. Absent: nobody is in the way. */
  readonly drift: Drift | undefined;
}

/** @returns the failure, when a trigger fired. */
async function moveAndWatch(
  percents: readonly number[],
  { destination, drift }: Moving,
  context: StepContext,
): Promise<Failed | undefined> {
  const { moves, request } = context.operation;
  const last = moves.at(-1);
  const users = await usersUrl(context);
  const stableErrors =
    last?.stableErrors ?? (request.kind === 'deploy' ? await errorsBefore(users, context) : 0);
  const watch = new Watch(
    { ...destination, users, candidate: destination.url ?? users, stableErrors },
    context,
  );
  try {
    // What was reached before a take-over is watched again, and not written twice.
    const ahead = percents.filter((each) => each >= (last?.percent ?? 0));
    // A worker before may have moved users and died before it said so.
    let known = (serving: Split) => isOfRollout(serving, { ...destination, percents: ahead });
    for (const percent of ahead) {
      const jumped = (await context.reload()).promoted !== undefined && percent < 100;
      if (jumped) continue;
      const foreign = await drift?.now({ known });
      if (foreign !== undefined) return foreign;
      known = () => false;
      const problem = await moveTo(percent, { destination, stableErrors }, context);
      if (problem !== undefined) return problem;
      if (request.kind !== 'deploy') return undefined;
      watch.begin((await context.reload()).moves.at(-1)?.at ?? context.now());
      const again = () => moveTo(percent, { destination, stableErrors }, context);
      const back = destination.before.length > 0;
      const fired = await bake(percent, { watch, drift, again, back }, context);
      const ended = fired ?? (await drift?.now({ again }));
      if (ended !== undefined) return ended;
    }
    return undefined;
  } finally {
    watch.stop();
  }
}

async function moveTo(
  percent: number,
  { destination, stableErrors }: { readonly destination: Destination; readonly stableErrors: number },
  { cloud, target, operation, signal, append, now }: StepContext,
): Promise<Failed | undefined> {
  const { revision, before } = destination;
  const split = splitWith(before, revision, percent);
  // The ingress is the service's: until all users are on the candidate it is that of the revisions before.
  const ingress = percent === 100 ? destination.ingress : undefined;
  const service = await cloud.run.setTraffic(target, { split, ingress }, signal);
  const moved = service.serving.some((entry) => entry.revision === revision && entry.percent === percent);
  if (!moved)
    return failed('TRAFFIC_NOT_MOVED', {
      summary: `Revision ${revision} did not get ${percent} % of the traffic.`,
      evidence: [service.problem ?? 'Cloud Run gave no reason', `Serving: ${splitText(service.serving)}`],
    });
  if (operation.moves.at(-1)?.percent !== percent)
    await append({ type: 'traffic-moved', at: now(), percent, split: service.serving, stableErrors });
  return undefined;
}

interface Baking {
  readonly watch: Watch;
  readonly drift: Drift | undefined;
  /** Moves users once more as they were to be. */
  readonly again: () => Promise<Failed | undefined>;
  /** Whether there are revisions to go back to. */
  readonly back: boolean;
}

/** Looks until the time is over, and longer while somebody holds it. */
async function bake(
  percent: number,
  { watch, drift, again, back }: Baking,
  context: StepContext,
): Promise<Failed | undefined> {
  const { target, signal, append, now } = context;
  const begun = now();
  const look = () => watch.look(percent / 100);
  const tell = teller(context);
  const left = interruptedCountdown(await context.reload());
  if (left !== undefined) {
    const ended = await takeBack({ percent, seen: left.triggers, look, back }, context);
    if (ended !== undefined) return ended;
  }
  for (;;) {
    const foreign = await drift?.settled({ again });
    if (foreign !== undefined) return foreign;
    const seen = await look();
    const counting = unkept(seen, await context.reload());
    if (counting.some(({ fired }) => fired)) {
      const ended = await takeBack({ percent, seen: counting, look, back }, context);
      if (ended !== undefined) return ended;
    }
    const operation = await context.reload();
    const since = operation.moves.at(-1)?.at ?? begun;
    const over = isOver(unkept(seen, operation), {
      watchedMs: now() - since,
      looks: watch.rounds,
      bakeMs: target.rollout.bakeMs,
    });
    // Promoted since this move: the person has seen enough of it.
    const jump = (operation.promoted?.at ?? 0) >= since;
    if (operation.held === undefined && (over || jump)) {
      await append({ type: 'watched', at: now(), percent, triggers: [...seen] });
      return undefined;
    }
    await tell(progressOf(operation, percent, seen));
    await wait(untilNextLook(target.rollout.bakeMs - (now() - since)), undefined, { signal });
  }
}

/** The last look comes when the bake is over, not up to a whole pause later. */
function untilNextLook(leftMs: number): number {
  return leftMs > 0 ? Math.min(lookEveryMs, leftMs) : lookEveryMs;
}

/** Says how it goes, but not more often than people read, and at most some sixty times in a bake of any length. */
function teller({ target, append, now }: StepContext) {
  const everyMs = Math.max(10_000, target.rollout.bakeMs / 60);
  let told = 0;
  return async (text: string): Promise<void> => {
    if (now() - told < everyMs) return;
    told = now();
    await append({ type: 'step-progressed', at: told, step: 'shift', text });
  };
}

interface Baked {
  readonly watchedMs: number;
  readonly looks: number;
  readonly bakeMs: number;
}

/** A rate that comes near its limit is looked at for longer, as a validation takes more samples. */
function isOver(seen: readonly Trigger[], { watchedMs, looks, bakeMs }: Baked): boolean {
  // A bake shorter than a few looks is meant so.
  const least = Math.min(leastLooks, Math.max(1, Math.floor(bakeMs / lookEveryMs)));
  if (watchedMs < bakeMs || looks < least) return false;
  const unsure = bakeMs > 0 && seen.some(({ value = 0, limit }) => value > limit / 2);
  return !unsure || watchedMs >= bakeMs + unsureMs;
}

function progressOf({ held }: Operation, percent: number, seen: readonly Trigger[]): string {
  const state = held === undefined ? `watching ${percent} %` : `held at ${percent} % by ${held.byName}`;
  return [state, ...seen.map(triggerText)].join(' · ');
}

async function release(
  { revision, tag, before }: Destination,
  context: StepContext,
): Promise<StepOutcome<'shift'>> {
  const { cloud, target, signal } = context;
  const split = splitWith(before, revision, 100);
  const service = await cloud.run.setTraffic(
    target,
    tag === undefined ? { split } : { split, drop: tag },
    signal,
  );
  return finished({ split: service.serving, url: service.url });
}
