import { poll } from '../../src/cloud/poll.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { childRequest, roundDelivery } from '../../src/domain/rounds/child.ts';
import { runsOf, summaryOf } from '../../src/domain/rounds/compare.ts';
import { idleMs, nextRound, type RoundsMove } from '../../src/domain/rounds/next.ts';
import { type RoundRuns, standingAfter } from '../../src/domain/rounds/standing.ts';
import { noRounds, type Round } from '../../src/domain/rounds/state.ts';
import { askForBuild, lookForBuildMs } from '../new-build.ts';
import { changesOfRounds } from '../round-changes.ts';
import { finished, type Step, type StepContext } from '../step.ts';

/** Whoever ends a round wakes this step, and the sweep does where that was lost: this is for nobody. */
const followMs = 6 * 3_600_000;
/** A cancelled round undoes what it did: users are taken back in seconds, old revisions drain in minutes. */
const undoMs = 15 * 60_000;

/**
 * Goes from round to round, and waits in between without holding a worker. Twice is safe: each round is opened under a
 * name of its own, which gives the same operation again, and what was noted of it is noted once, however often it is
 * written. What was asked for stays asked for until its round has begun.
 */
export const rounds: Step<'rounds'> = async (context) => {
  for (;;) {
    const operation = await context.reload();
    const move = nextRound(operation, context.now());
    switch (move.kind) {
      case 'begin':
        await begin(move, operation, context);
        break;
      case 'follow': {
        const child = await childOf(move.round, context);
        if (child.phase !== 'finished') return { kind: 'waiting', until: context.now() + followMs };
        await sumUp(move.round, child, context);
        break;
      }
      case 'wait': {
        if (operation.request.rounds?.watch === true && (await askForBuild(operation, context))) break;
        return { kind: 'waiting', until: lookAgainAt(operation, move.sinceMs, context) };
      }
      case 'end': {
        const { list } = operation.rounds ?? noRounds;
        const changes = await changesOfRounds(list, context);
        return finished({
          rounds: list.length,
          end: move.end,
          ...(changes === undefined ? {} : { changes }),
        });
      }
    }
  }
};

function lookAgainAt({ request }: Operation, sinceMs: number, { now }: StepContext): number {
  const over = sinceMs + idleMs;
  return request.rounds?.watch === true ? Math.min(over, now() + lookForBuildMs(now() - sinceMs)) : over;
}

async function begin(
  move: Extract<RoundsMove, { kind: 'begin' }>,
  operation: Operation,
  context: StepContext,
): Promise<void> {
  const [first, ...others] = context.targets;
  if (first === undefined) throw new Error(`${operation.id} has no target`);
  const standing = standingAfter(await runsBefore(operation, context));
  const request = childRequest({ rounds: operation, move, targets: [first, ...others], standing });
  const child = await context.children.begin(request, roundDelivery(operation.id, move.round));
  await note(move.round, child, context);
}

/** By what was opened, not by what is asked for: these differ when a worker died in between. */
async function note(round: number, id: string, context: StepContext): Promise<void> {
  const { kind, ref, byName, by } = (await known(id, context)).request;
  const way = kind === 'deploy' ? 'deploy' : 're-run';
  await context.append({
    type: 'round-started',
    at: context.now(),
    round,
    operation: id,
    ref,
    way,
    ...(round === 1 ? {} : { by, byName }),
  });
}

async function sumUp(round: Round, child: Operation, context: StepContext): Promise<void> {
  const earlier = await runsBefore(await context.reload(), context);
  const { way } = round;
  const summary = summaryOf({
    way,
    child,
    before: standingAfter(earlier),
    now: standingAfter([...earlier, { way, runs: runsOf(child) }]),
  });
  await context.append({ type: 'round-ended', at: context.now(), round: round.round, summary });
}

/** What the suites said in the rounds that are over. */
async function runsBefore(
  { rounds: state = noRounds }: Operation,
  context: StepContext,
): Promise<RoundRuns[]> {
  const over = state.list.filter(({ summary }) => summary !== undefined);
  return Promise.all(
    over.map(async (round) => ({ way: round.way, runs: runsOf(await childOf(round, context)) })),
  );
}

async function childOf({ operation }: Round, context: StepContext): Promise<Operation> {
  return known(operation, context);
}

async function known(id: string, { other }: StepContext): Promise<Operation> {
  const child = await other(id);
  if (child === undefined) throw new Error(`${id} is not in the ledger`);
  return child;
}

/**
 * Ends the round that is under way, and tells how it ended. Twice is safe: the second finds it cancelled or ended. A
 * round that was opened by a worker that died before it noted so is found by its name.
 */
export async function cancelRound(context: StepContext): Promise<void> {
  const { id, cancelled: by, rounds: state = noRounds } = await context.reload();
  const next = state.list.length + 1;
  const lost = await context.children.begun(roundDelivery(id, next));
  if (lost !== undefined) await note(next, lost, context);
  const last = (await context.reload()).rounds?.list.at(-1);
  if (last === undefined || last.summary !== undefined || by === undefined) return;
  await context.children.cancel(last.operation, by);
  const look = async () => {
    const child = await childOf(last, context);
    return child.phase === 'finished' ? child : undefined;
  };
  const child = await poll(look, { signal: context.signal, forMs: undoMs });
  if (child !== undefined) await sumUp(last, child, context);
}
