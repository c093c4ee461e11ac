import type { Ledger } from '../../src/ledger/ledger.ts';
import { operationThread } from '../../src/slack/threads.ts';
import { type ReportFilesOptions, shareReports } from './report-files.ts';
import type { View } from './view.ts';

/** The thread of an operation. Undefined when the ledger does not know it. */
export async function operationView(
  id: string,
  ledger: Pick<Ledger, 'operation' | 'drawn'>,
  options: ReportFilesOptions,
): Promise<View | undefined> {
  const operation = await ledger.operation(id);
  if (operation === undefined) return undefined;
  return {
    thread: operationThread(operation),
    more: () => shareReports(operation, options),
    endedAt: operation.finishedAt,
    drawn: () => ledger.drawn(id, operation.version),
  };
}
