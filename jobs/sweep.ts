import { readAlertId, readStormId } from '../src/domain/alert/thread.ts';
import { awaitsApproval, type Operation, threadOf } from '../src/domain/operation.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { Producer } from '../src/queue/producer.ts';
import { isRoundDue } from './round-due.ts';

type Asking = Pick<Producer, 'submit' | 'wake' | 'announce' | 'isAnnounced'>;

/**
 * Makes good what a crash between two writes left undone: operations without a job, decisions that
 * woke nobody, and threads behind their events. Every worker does it; doing it twice changes nothing.
 */
export async function sweep(ledger: Ledger, producer: Asking): Promise<void> {
  for (const id of await ledger.unfinished()) {
    const operation = await ledger.operation(id);
    const due = operation !== undefined && (await isDue(operation, ledger));
    await (due ? producer.wake(id) : producer.submit(id));
  }
  for (const operation of await lostThreads(ledger, producer))
    await producer.announce({ operation, urgent: false });
}

/**
 * Threads that are behind and that nobody draws. One that is being drawn is not asked for once more: in an outage with
 * hundreds of alerts that would cost updates which others wait for.
 */
async function lostThreads(ledger: Ledger, producer: Asking): Promise<readonly string[]> {
  const looks = (await ledger.undrawn()).map(async (id) => {
    const alert = readAlertId(id) !== undefined || readStormId(id) !== undefined;
    const operation = alert ? undefined : await ledger.operation(id);
    const thread = operation === undefined ? id : threadOf(id, operation.request);
    return { id, thread, announced: await producer.isAnnounced(thread) };
  });
  const idle = (await Promise.all(looks)).filter(({ announced }) => !announced);
  // Only now: a redraw that has ended before it was looked for has taken the mark away.
  const behind = new Set(idle.length === 0 ? [] : await ledger.undrawn());
  return [...new Set(idle.filter(({ id }) => behind.has(id)).map(({ thread }) => thread))];
}

/** Somebody decided, or what it waits for has ended. */
async function isDue(operation: Operation, ledger: Ledger): Promise<boolean> {
  if (operation.approval !== undefined && !awaitsApproval(operation)) return true;
  return isRoundDue(operation, { ledger, now: Date.now });
}
