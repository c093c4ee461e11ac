import { DelayedError, type Job } from 'bullmq';
import type { Operation } from '../src/domain/operation.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { type Payload, payloadSchema } from '../src/queue/names.ts';
import type { Producer } from '../src/queue/producer.ts';
import { type Performance, perform } from './perform.ts';

/** A queued operation is woken when its turn comes; this is for a wake-up that was lost in a crash. */
const lookAgainMs = 15_000;

export interface OperateOptions extends Omit<Performance, 'signal'> {
  readonly producer: Producer;
  /** Names this process in the ledger. */
  readonly worker: string;
}

/** One delivery of a job to one worker. */
export interface Delivery {
  readonly job: Job<Payload>;
  readonly token: string;
  readonly signal: AbortSignal;
}

/**
 * Runs one operation as far as it goes. Called again after every crash, wait and hand-over; the ledger
 * says where to go on, so a job has no state of its own.
 */
export async function operate(delivery: Delivery, options: OperateOptions): Promise<void> {
  const { ledger, now, worker } = options;
  const { operation: id } = payloadSchema.parse(delivery.job.data);
  if (await withdrawn(id, options)) return;
  const claim = await ledger.claim(id, { type: 'started', at: now(), worker });
  switch (claim.kind) {
    case 'ended':
      return;
    case 'queued':
      await noteQueue(ledger, id, { ...claim, at: now() });
      return putOff(delivery, now() + lookAgainMs, () => turnCameMeanwhile(ledger, id));
    case 'claimed':
  }
  const ended = await performOrYield(delivery, claim.token, options);
  if (ended === undefined) return putOff(delivery, now());
  if (ended.kind === 'finished') return handOver(ended.waiting, options);
  await putOff(delivery, ended.until, () => decidedMeanwhile(ledger, claim.operation));
}

/** Cancelled before its turn: it leaves the line at once. */
async function withdrawn(id: string, { ledger, now }: OperateOptions): Promise<boolean> {
  const operation = await ledger.operation(id);
  if (operation?.phase !== 'queued' || operation.cancelled === undefined) return false;
  // Whoever heads the line ends the usual way, which hands the target over to the next.
  if (await ledger.isNext(operation)) return false;
  // When it changed meanwhile, the change has woken it again.
  return ledger.withdraw(operation, { type: 'finished', at: now(), outcome: 'cancelled' });
}

/** @returns undefined when the worker is shutting down: the job goes back at once for another one. */
async function performOrYield({ job, signal }: Delivery, token: number, options: OperateOptions) {
  try {
    return await perform(payloadSchema.parse(job.data).operation, token, { ...options, signal });
  } catch (error) {
    if (signal.aborted && signal.reason === 'shutdown') return undefined;
    throw error;
  }
}

/** The next in line begins at once, and everybody behind it moves up. */
async function handOver(
  waiting: readonly string[],
  { ledger, producer, now }: OperateOptions,
): Promise<void> {
  const [next, ...others] = waiting;
  if (next === undefined) return;
  await producer.wake(next);
  const ahead = [next, ...others];
  await Promise.all(
    others.map(async (id, index) => {
      const behind = ahead[index] ?? next;
      await noteQueue(ledger, id, { behind, position: index + 2, at: now() });
    }),
  );
}

async function noteQueue(
  ledger: Ledger,
  id: string,
  place: { readonly behind: string; readonly position: number; readonly at: number },
): Promise<void> {
  const operation = await ledger.operation(id);
  const known = operation?.queue;
  if (operation?.phase !== 'queued' || (known?.behind === place.behind && known.position === place.position))
    return;
  const { behind, position, at } = place;
  // When it changed meanwhile, it moved on by itself and this news is stale.
  await ledger.appendIf(operation, { type: 'queued', at, behind, position });
}

/** So did a hand-over that came then. */
async function turnCameMeanwhile(ledger: Ledger, id: string): Promise<boolean> {
  const operation = await ledger.operation(id);
  return operation !== undefined && (await ledger.isNext(operation));
}

/** A click that came between the look at the ledger and the delay found nothing to wake: an approval or a Cancel. */
async function decidedMeanwhile(ledger: Ledger, before: Operation): Promise<boolean> {
  const operation = await ledger.operation(before.id);
  return operation?.approval?.decision !== undefined || operation?.cancelled !== undefined;
}

/** Gives the worker slot back until `until`, or until somebody wakes the job. Always throws BullMQ's signal for that. */
async function putOff(
  { job, token }: Delivery,
  until: number,
  missed?: () => Promise<boolean>,
): Promise<never> {
  await job.moveToDelayed(until, token);
  if (missed !== undefined && (await missed())) await job.promote().catch(() => undefined);
  throw new DelayedError();
}
