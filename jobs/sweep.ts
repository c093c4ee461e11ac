import { awaitsApproval } from '../src/domain/operation.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { Producer } from '../src/queue/producer.ts';

/**
 * Makes good what a crash between two writes left undone: operations without a job, decisions that
 * woke nobody, and threads behind their events. Every worker does it; doing it twice changes nothing.
 */
export async function sweep(ledger: Ledger, producer: Producer): Promise<void> {
  for (const id of await ledger.unfinished()) {
    const operation = await ledger.operation(id);
    const decided = operation?.approval !== undefined && !awaitsApproval(operation);
    await (decided ? producer.wake(id) : producer.submit(id));
  }
  for (const operation of await ledger.undrawn()) await producer.announce({ operation, urgent: false });
}
