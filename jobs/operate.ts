import { DelayedError, type Job } from 'bullmq';
import type { Operation } from '../src/domain/operation.ts';
import type { Ledger, Lines } from '../src/ledger/ledger.ts';
import { type Payload, payloadSchema } from '../src/queue/names.ts';
import { beginsAfter } from './estimates.ts';
import { perform } from './perform.ts';
import type { Performance } from './performance.ts';
import { isRoundDue } from './round-due.ts';

/** A queued operation is woken when its turn comes; this is for a wake-up that was lost in a crash. */
const lookAgainMs = 15_000;

export interface OperateOptions extends Omit<Performance, 'signal'> {
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
      await noteQueue(options, id, claim);
      return putOff(delivery, now() + lookAgainMs, () => turnCameMeanwhile(ledger, id));
    case 'claimed':
  }
  const ended = await performOrYield(delivery, claim.token, options);
  if (ended === undefined) return putOff(delivery, now());
  if (ended.kind === 'finished') return letOthersGoOn(claim.operation, ended.waiting, options);
  await putOff(delivery, ended.until, () => decidedMeanwhile(claim.operation, options));
}

/** Cancelled before its turn: it leaves the line at once. */
async function withdrawn(id: string, options: OperateOptions): Promise<boolean> {
  const { ledger, now } = options;
  const operation = await ledger.operation(id);
  if (operation?.phase !== 'queued' || operation.cancelled === undefined) return false;
  // When it changed meanwhile, the change has woken it again.
  const waiting = await ledger.withdraw(operation, { type: 'finished', at: now(), outcome: 'cancelled' });
  if (waiting === undefined) return false;
  await letOthersGoOn(operation, waiting, options);
  return true;
}

/** Whoever waits for its target, and whoever has begun it. */
async function letOthersGoOn({ request }: Operation, waiting: Lines, options: OperateOptions): Promise<void> {
  await handOver(waiting, options);
  if (request.parent !== undefined) await options.producer.wake(request.parent.operation);
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

/** The next in each line begins at once, and everybody behind it moves up. */
async function handOver(lines: Lines, options: OperateOptions): Promise<void> {
  const { producer } = options;
  const next = new Set(lines.flatMap((line) => line.slice(0, 1)));
  await Promise.all([...next].map((id) => producer.wake(id)));
  const places = new Map<string, { readonly behind: string; readonly position: number }>();
  for (const line of lines)
    for (const [index, id] of line.entries()) {
      const behind = line[index - 1];
      const known = places.get(id)?.position ?? 0;
      // Who waits for several targets is told of the longest line.
      if (behind !== undefined && index + 1 > known) places.set(id, { behind, position: index + 1 });
    }
  // From the front: when one begins tells when the next does.
  const inOrder = [...places].sort(([, a], [, b]) => a.position - b.position);
  for (const [id, place] of inOrder) await noteQueue(options, id, place);
}

async function noteQueue(
  { ledger, records, now }: OperateOptions,
  id: string,
  { behind, position }: { readonly behind: string; readonly position: number },
): Promise<void> {
  const operation = await ledger.operation(id);
  const known = operation?.queue;
  if (operation?.phase !== 'queued' || (known?.behind === behind && known.position === position)) return;
  const ahead = await ledger.operation(behind);
  const beginsAt = ahead && (await beginsAfter(ahead, { records, now }));
  // When it changed meanwhile, it moved on by itself and this news is stale.
  await ledger.appendIf(operation, {
    type: 'queued',
    at: now(),
    behind,
    position,
    ...(beginsAt === undefined ? {} : { beginsAt }),
  });
}

/** So did a hand-over that came then. */
async function turnCameMeanwhile(ledger: Ledger, id: string): Promise<boolean> {
  const operation = await ledger.operation(id);
  return operation !== undefined && (await ledger.isNext(operation));
}

/** What came between the look at the ledger and the delay found nothing to wake: an approval, a Cancel, a round's end. */
async function decidedMeanwhile(before: Operation, { ledger, now }: OperateOptions): Promise<boolean> {
  const operation = await ledger.operation(before.id);
  if (operation === undefined) return false;
  const decided = operation.approval?.decision !== undefined || operation.cancelled !== undefined;
  return decided || isRoundDue(operation, { ledger, now });
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
