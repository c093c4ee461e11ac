import { setTimeout as wait } from 'node:timers/promises';
import type { Operation } from '../../src/domain/operation.ts';
import { type Split, splitText } from '../../src/domain/results.ts';
import { splitWith } from '../../src/domain/split.ts';
import { type Trigger, triggerText, triggerTitles } from '../../src/domain/trigger.ts';
import { failed, finished, type Step, type StepContext, type StepOutcome } from '../step.ts';
import { Drift } from '../drift.ts';
import { errorsBefore, usersUrl, Watch } from '../watch.ts';

/** Often enough that an outage is known at the third look, and seldom enough to be no load. */
const lookEveryMs = 3_000;
/** Whoever takes over in the middle looks at least so often before going on. */
const leastLooks = 4;

/** A rate that is still near its limit after so much more time is too near it to say. */
const unsureMs = 60_000;

/** Where users are to be, whoever made it. */
interface Destination {
  readonly revision: string;
  /** The candidate's own tag and URL; a rollback has none. */
  readonly tag?: string;
  readonly url?: string;
  readonly before: Split;
}

/**
 * Gives the candidate its traffic step by step, watches each of them, and takes the candidate's tag away at the end:
 * it is the stable revision then. Twice is safe: how far it is stands in the ledger, nothing is written when traffic
 * is so already, and a watch that was interrupted is made again for at least a few looks.
 */
export const shift: Step<'shift'> = async (context) => {
  const { operation } = context;
  const destination = destinationOf(operation);
  const percents = stepsOf(context, destination);
  const fired = await moveAndWatch(percents, destination, context);
  return fired ?? release(destination, context);
};

function destinationOf({ results, id }: Operation): Destination {
  const { candidate, choose } = results;
  if (candidate !== undefined) {
    const { revision, tag, url, split } = candidate;
    return { revision, tag, url, before: split.filter((entry) => entry.revision !== revision) };
  }
  if (choose === undefined) throw new Error(`${id}: there is no revision to move to`);
  return { revision: choose.revision, before: choose.split };
}

/** A rollback is wanted now, and a first deploy has nobody to compare with: both go straight to 100. */
function stepsOf({ target, operation }: StepContext, { before }: Destination): readonly number[] {
  return operation.request.kind === 'deploy' && before.length > 0 ? target.rollout.steps : [100];
}

/** @returns the failure, when a trigger fired. */
async function moveAndWatch(
  percents: readonly number[],
  destination: Destination,
  context: StepContext,
): Promise<StepOutcome<'shift'> | undefined> {
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
    const left = percents.filter((each) => each >= (last?.percent ?? 0));
    const foreign = await takeUp(left, { destination, stableErrors }, context);
    if (foreign !== undefined) return foreign;
    for (const percent of left) {
      const jumped = (await context.reload()).promoted !== undefined && percent < 100;
      if (jumped) continue;
      const problem = await moveTo(percent, { destination, stableErrors }, context);
      if (problem !== undefined) return problem;
      if (request.kind !== 'deploy') return undefined;
      watch.begin((await context.reload()).moves.at(-1)?.at ?? context.now());
      const again = () => moveTo(percent, { destination, stableErrors }, context);
      const fired = await bake(percent, { watch, again }, context);
      if (fired !== undefined) return fired;
    }
    return undefined;
  } finally {
    watch.stop();
  }
}

interface Moving {
  readonly destination: Destination;
  readonly stableErrors: number;
}

/**
 * Whoever takes over asks first whether somebody else's hand came meanwhile: to write at once would undo it unasked.
 * @returns the end of the step, if there was one and somebody keeps it.
 */
async function takeUp(
  percents: readonly number[],
  moving: Moving,
  context: StepContext,
): Promise<StepOutcome<'shift'> | undefined> {
  const { moves, request } = context.operation;
  const last = moves.at(-1);
  if (last === undefined || request.kind !== 'deploy') return undefined;
  const { before, revision } = moving.destination;
  // A crash between a write and its note leaves a split of our own.
  const own = percents.map((percent) => splitWith(before, revision, percent));
  return new Drift(context, own).settled(() => moveTo(last.percent, moving, context));
}

async function moveTo(
  percent: number,
  { destination, stableErrors }: Moving,
  { cloud, target, operation, signal, append, now }: StepContext,
): Promise<StepOutcome<'shift'> | undefined> {
  const { revision, before } = destination;
  const split = splitWith(before, revision, percent);
  const service = await cloud.run.setTraffic(target, { split }, signal);
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
  /** Moves users once more as they were to be. */
  readonly again: () => Promise<StepOutcome<'shift'> | undefined>;
}

/** Looks until the time is over, and longer while somebody holds it. */
async function bake(
  percent: number,
  { watch, again }: Baking,
  context: StepContext,
): Promise<StepOutcome<'shift'> | undefined> {
  const { target, signal, append, now } = context;
  const drift = new Drift(context);
  const begun = now();
  const tell = teller(context);
  for (;;) {
    const foreign = await drift.settled(again);
    if (foreign !== undefined) return foreign;
    const seen = await watch.look(percent / 100);
    if (seen.some(({ fired }) => fired)) return firedFailure(percent, seen, context);
    const operation = await context.reload();
    const since = operation.moves.at(-1)?.at ?? begun;
    const over = isOver(seen, {
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
    await wait(lookEveryMs, undefined, { signal });
  }
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

async function firedFailure(
  percent: number,
  seen: readonly Trigger[],
  { operation, append, now, reload }: StepContext,
): Promise<StepOutcome<'shift'>> {
  await append({ type: 'watched', at: now(), percent, triggers: [...seen] });
  const { moves } = await reload();
  const since = Math.round((now() - (moves.at(-1)?.at ?? now())) / 1_000);
  const fired = seen.filter((trigger) => trigger.fired);
  return failed('TRIGGER_FIRED', {
    summary: `At ${percent} % of the traffic ${fired.map(({ name }) => triggerTitles[name]).join(' and ')} went over the limit, ${since} s after the move.`,
    evidence: seen.map((trigger) => `${triggerText(trigger)}${trigger.fired ? ': fired' : ''}`),
    advice: `Look at the log of ${operation.results.candidate?.revision ?? 'the revision'} for that time, mend the cause and deploy again.`,
  });
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
