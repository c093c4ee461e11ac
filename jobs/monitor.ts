import type { Logger } from 'pino';
import type { MonitorRound } from '../src/domain/monitor/round.ts';
import { partOf, stepOf } from '../src/domain/operation.ts';
import { type Target, targetKey } from '../src/domain/target.ts';
import { keys } from '../src/ledger/keys.ts';
import { type Leases, taken } from '../src/ledger/leases.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { Monitors } from '../src/ledger/monitors.ts';
import type { Series } from '../src/ledger/series.ts';
import { monitorRound } from '../src/probes/monitor-round.ts';
import { orStopped } from '../src/probes/or-stopped.ts';
import type { Lookout } from './lookout.ts';
import type { Places } from './places.ts';
import { policyOf } from './policy-of.ts';
import type { Probers } from './probers.ts';
import type { Review } from './review.ts';

/** A worker that was killed holds the next round back for no longer than this. */
const leaseMs = 5_000;
/** A round is over this long before the next one is due: what it found must still be written and looked at. */
const spareMs = 500;

export interface MonitorContext {
  /** Those of an environment; none where it is not configured. */
  readonly targets: (environment: string) => readonly Target[];
  readonly monitors: Pick<Monitors, 'state'>;
  readonly series: Pick<Series, 'add'>;
  readonly leases: Pick<Leases, 'hold'>;
  readonly ledger: Pick<Ledger, 'holder' | 'operation'>;
  readonly places: Places;
  readonly probers: Probers;
  readonly review: Review;
  readonly lookout: Lookout;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface RoundAsked {
  readonly environment: string;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  /** Aborts when this worker must let go. */
  readonly signal: AbortSignal;
}

/** What became of a round: made, or why not. */
export type RoundEnd = 'made' | 'late' | 'off' | 'gone' | 'taken';

/**
 * One look at all services of an environment. Twice side by side it is not done: the second finds the lease taken.
 * Nothing is made good later: a round tells of now, and the next one comes soon.
 */
export async function monitor(asked: RoundAsked, context: MonitorContext): Promise<RoundEnd> {
  const { environment, signal } = asked;
  const targets = context.targets(environment);
  const { everyMs } = policyOf(targets);
  if (targets.length === 0) return 'gone';
  if (isLate(asked, everyMs, context)) return 'late';
  const lease = { key: keys.roundLease(environment), lastsMs: leaseMs, signal };
  const end = await context.leases.hold(lease, async (held) => {
    // Redis may have been away since.
    if (isLate(asked, everyMs, context)) return 'late';
    const { on } = await context.monitors.state(environment, policyOf(targets), context.now());
    if (!on) return 'off';
    held.throwIfAborted();
    const leftMs = asked.dueAt + everyMs - context.now() - spareMs;
    const withinMs = Math.max(leftMs, everyMs / 2);
    const looks = targets.map((target) => look({ target, withinMs, signal: held }, context));
    await orStopped(Promise.all(looks), held);
    await lookOut(targets, context);
    return 'made';
  });
  return end === taken ? 'taken' : end;
}

function isLate({ dueAt }: RoundAsked, everyMs: number, { now }: MonitorContext): boolean {
  return now() - dueAt > everyMs;
}

interface Looking {
  readonly target: Target;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/** One target; what goes wrong with it keeps no other from being looked at. */
async function look(looking: Looking, context: MonitorContext): Promise<void> {
  const { target, signal } = looking;
  try {
    const before = await movedBy(target, context);
    const round = await roundOf(looking, context);
    if (round === undefined) return;
    const during = (await movedBy(target, context)) ?? before;
    signal.throwIfAborted();
    const kept = await context.series.add(target, during === undefined ? round : { ...round, during });
    if (kept) await context.review(target);
  } catch (error) {
    signal.throwIfAborted();
    context.log.warn({ err: error, target: targetKey(target) }, 'a round of probes went wrong');
  }
}

async function lookOut(targets: readonly Target[], { lookout, log }: MonitorContext): Promise<void> {
  await lookout(targets).catch((error: unknown) => {
    log.warn({ err: error }, 'what was not seen could not be written down');
  });
}

/** @returns undefined when there is no such service */
async function roundOf(
  { target, withinMs, signal }: Looking,
  { places, probers, now, log }: MonitorContext,
): Promise<MonitorRound | undefined> {
  const at = now();
  const begun = performance.now();
  try {
    const url = await places.of(target, signal);
    if (url === undefined) return undefined;
    const leftMs = withinMs - (performance.now() - begun);
    return await monitorRound({ ...probers.of(target), url, now, signal, withinMs: leftMs });
  } catch (error) {
    signal.throwIfAborted();
    // That nothing can be seen is worth knowing, and is no fault of the service.
    log.warn({ err: error, target: targetKey(target) }, 'cannot be probed');
    return { at, tallies: {}, blind: 1, diagnoses: [] };
  }
}

/** The operation that moves users of the target right now, forth or back. */
async function movedBy(target: Target, { ledger }: MonitorContext): Promise<string | undefined> {
  const id = await ledger.holder(target);
  const operation = id === undefined ? undefined : await ledger.operation(id);
  const part = operation && partOf(operation, target.service);
  const moving = (name: 'shift' | 'restore') => {
    const status = part && stepOf(part, name)?.status;
    return status === 'running' || status === 'waiting';
  };
  return moving('shift') || moving('restore') ? id : undefined;
}
