import { readAlertId, readStormId } from '../src/domain/alert/thread.ts';
import { awaitsApproval, type Operation, threadOf } from '../src/domain/operation.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { Producer } from '../src/queue/producer.ts';
import { isRoundDue } from './round-due.ts';

/**
 * Makes good what a crash between two writes left undone: operations without a job, decisions that
 * woke nobody, and threads behind their events. Every worker does it; doing it twice changes nothing.
 */
export async function sweep(ledger: Ledger, producer: Producer): Promise<void> {
  for (const id of await ledger.unfinished()) {
    const operation = await ledger.operation(id);
    const due = operation !== undefined && (await isDue(operation, ledger));
    await (due ? producer.wake(id) : producer.submit(id));
  }
  for (const id of await ledger.undrawn()) {
    const alert = readAlertId(id) !== undefined || readStormId(id) !== undefined;
    const operation = alert ? undefined : await ledger.operation(id);
    const thread = operation === undefined ? id : threadOf(id, operation.request);
    await producer.announce({ operation: thread, urgent: false });
  }
}

/** Somebody decided, or what it waits for has ended. */
async function isDue(operation: Operation, ledger: Ledger): Promise<boolean> {
  if (operation.approval !== undefined && !awaitsApproval(operation)) return true;
  return isRoundDue(operation, { ledger, now: Date.now });
}
