import type { Ledger } from '../src/ledger/ledger.ts';
import type { Producer } from '../src/queue/producer.ts';

/**
 * Makes good what a crash between two writes left undone: operations without a job, and threads behind
 * their events. Every worker does it; doing it twice changes nothing.
 */
export async function sweep(ledger: Ledger, producer: Producer): Promise<void> {
  for (const operation of await ledger.unfinished()) await producer.submit(operation);
  for (const operation of await ledger.undrawn()) await producer.announce({ operation, urgent: false });
}
