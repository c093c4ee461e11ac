import type { Outcome } from '../src/domain/events.ts';
import { nextMoves, type StepMove } from '../src/domain/next-move.ts';
import { type Operation, partsOf, revisionOf } from '../src/domain/operation.ts';
import { isGreen } from '../src/domain/suite/run.ts';
import type { Lines } from '../src/ledger/ledger.ts';
import { endInfrastructure } from './end-infrastructure.ts';
import { estimate, noteDurations } from './estimates.ts';
import { cancelled } from './hands.ts';
import { makeMove } from './move.ts';
import type { Performance } from './performance.ts';

export type Ended =
  | { readonly kind: 'finished'; readonly waiting: Lines }
  | { readonly kind: 'waiting'; readonly until: number };

interface Running {
  readonly move: StepMove;
  readonly halt: AbortController;
  readonly end: Promise<{ readonly key: string; readonly until: number | undefined }>;
}

/**
 * Takes an operation from where its events are to its end, or to where it must wait. Everything is
 * decided from the ledger, so it does not matter which worker begins and which one ends. Several services go on side
 * by side, each from step to step; when one fails, the others are stopped.
 * @throws FencedOff or the signal's reason when this worker must let go.
 */
export async function perform(id: string, token: number, performance: Performance): Promise<Ended> {
  const crew = new AbortController();
  const signal = AbortSignal.any([performance.signal, crew.signal]);
  const running = new Map<string, Running>();
  try {
    await estimate(await known(id, performance), token, performance);
    for (;;) {
      const operation = await known(id, performance);
      const over = await advance({ operation, token, running, performance: { ...performance, signal } });
      if (over !== undefined) return over;
      const { key, until } = await Promise.race([...running.values()].map(({ end }) => end));
      running.delete(key);
      // Only what all wait for together waits, so there is nothing else to be done.
      if (until !== undefined && running.size === 0) return { kind: 'waiting', until };
    }
  } finally {
    crew.abort(new Error('Another service of the same operation could not go on'));
    await Promise.allSettled([...running.values()].map(({ end }) => end));
  }
}

async function known(id: string, { ledger }: Performance): Promise<Operation> {
  const operation = await ledger.operation(id);
  if (operation === undefined) throw new Error(`${id} is not in the ledger`);
  return operation;
}

interface Advance {
  readonly operation: Operation;
  readonly token: number;
  readonly running: Map<string, Running>;
  readonly performance: Performance;
}

/** Begins whatever comes next and is not under way. @returns the end, when there is nothing left to do. */
async function advance({ operation, token, running, performance }: Advance): Promise<Ended | undefined> {
  for (const move of nextMoves(operation)) {
    if (move.kind === 'finish') return finish(operation, move.outcome, { token, performance });
    const key = move.service ?? '';
    const before = running.get(key);
    if (before === undefined) {
      const halt = new AbortController();
      const end = makeMove(move, { operation, token, halt: halt.signal, performance });
      running.set(key, { move, halt, end: end.then((until) => ({ key, until })) });
    } else if (move.kind === 'stop') before.halt.abort(cancelled);
  }
  return undefined;
}

async function finish(
  operation: Operation,
  outcome: Outcome,
  { token, performance }: Pick<Advance, 'token' | 'performance'>,
): Promise<Ended> {
  await quarantine(operation, performance);
  if (operation.request.kind === 'infrastructure') await endInfrastructure(operation, outcome, performance);
  await noteDurations(operation, outcome, performance);
  if (outcome === 'succeeded')
    await Promise.all(partsOf(operation).map((part) => remember(part, performance)));
  const at = performance.now();
  const waiting = await performance.ledger.finish({ operation, token }, { type: 'finished', at, outcome });
  return { kind: 'finished', waiting };
}

/**
 * An image that an alert took back from users stays back, however the rollback ended. Before the end is written, and
 * once for each operation, as a deploy does it that takes itself back.
 */
async function quarantine({ id, request, moves }: Operation, { records, now }: Performance): Promise<void> {
  const { cause, services } = request;
  const [service] = services;
  if (cause?.digest === undefined || service === undefined || moves.length === 0) return;
  const { digest, reason } = cause;
  await records.quarantine.quarantine(service, { digest, operation: id, reason, at: now() });
}

/** What served everything well is where a rollback leads. Before the end is written: a crash between repeats both. */
async function remember(part: Operation, { records, targets, now }: Performance): Promise<void> {
  const { choose, build } = part.results;
  const revision = revisionOf(part);
  const [target] = targets(part.request) ?? [];
  if (revision === undefined || target === undefined) return;
  const image = build?.image ?? choose?.choices.find((choice) => choice.revision === revision)?.image ?? '';
  const { byName, ref } = part.request;
  await records.served.note(target, { revision, image, operation: part.id, byName, at: now() });
  // What does not pass its tests proves nothing to the next environment.
  if (build === undefined || part.results.suites?.runs.every(isGreen) === false) return;
  const { digest, commit } = build;
  const proof = { digest, ref, operation: part.id, at: now() };
  await records.proved.note(target, commit === undefined ? proof : { ...proof, commit });
}
