import type { Operation } from '../../src/domain/operation.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { operationThread, roundsThread } from '../../src/slack/threads.ts';
import { type ReportFilesOptions, shareReports } from './report-files.ts';
import type { View } from './view.ts';

type Source = Pick<Ledger, 'operation' | 'drawn'>;

/**
 * The thread of an operation. Undefined when the ledger does not know it, or when it is told in the thread of another
 * one: that has a job of its own, and two must not write one message.
 */
export async function operationView(
  id: string,
  ledger: Source,
  options: ReportFilesOptions,
): Promise<View | undefined> {
  const operation = await ledger.operation(id);
  if (operation === undefined || operation.request.parent !== undefined) return undefined;
  if (operation.rounds !== undefined) return roundsView(operation, ledger, options);
  return {
    thread: operationThread(operation),
    more: () => shareReports(operation, options),
    endedAt: operation.finishedAt,
    drawn: () => ledger.drawn(id, operation.version),
  };
}

async function roundsView(operation: Operation, ledger: Source, options: ReportFilesOptions): Promise<View> {
  const ids = operation.rounds?.list.map((round) => round.operation) ?? [];
  const found = await Promise.all(ids.map((id) => ledger.operation(id)));
  const children = found.filter((child) => child !== undefined);
  return {
    thread: roundsThread(operation, children),
    more: async () => {
      for (const child of children) await shareReports(child, options);
    },
    endedAt: operation.finishedAt,
    drawn: async () => {
      for (const { id, version } of [...children, operation]) await ledger.drawn(id, version);
    },
  };
}
