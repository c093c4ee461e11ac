import type { ServiceCard } from '../../src/domain/monitor/policy.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { IssueFacts } from '../../src/slack/messages/issue.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { operationsOfRounds } from '../../src/ledger/operations-of-rounds.ts';
import type { ChartView } from '../../src/slack/messages/picture.ts';
import { operationThread, roundsThread } from '../../src/slack/threads.ts';
import { type ReportFilesOptions, shareReports } from './report-files.ts';
import type { View } from './view.ts';

/** What the threads of operations are drawn from, beside the ledger. */
export interface OperationSources {
  /** What is known of a service of an environment; nothing where it is not configured any more. */
  readonly cardOf: (name: { readonly service: string; readonly environment: string }) => ServiceCard;
  /** What was measured where it ended, by service. */
  readonly charts: (operation: Operation) => Promise<Readonly<Record<string, ChartView>>>;
  /** The issue that it is about; undefined: none. */
  readonly issueOf: (operation: Operation) => Promise<IssueFacts | undefined>;
  /** Asks for what else tells of it once it is over: the threads of alerts, an issue. */
  readonly ended: (operation: Operation) => Promise<void>;
}

interface OperationOptions extends ReportFilesOptions {
  readonly ledger: Pick<Ledger, 'operation' | 'drawn'>;
  readonly operations: OperationSources;
}

/**
 * The thread of an operation. Undefined when the ledger does not know it, or when it is told in the thread of another
 * one: that has a job of its own, and two must not write one message.
 */
export async function operationView(id: string, options: OperationOptions): Promise<View | undefined> {
  const { ledger } = options;
  const { cardOf, charts, issueOf, ended } = options.operations;
  const operation = await ledger.operation(id);
  if (operation === undefined || operation.request.parent !== undefined) return undefined;
  if (operation.rounds !== undefined) return roundsView(operation, options);
  const { services, environment } = operation.request;
  const cards = Object.fromEntries(services.map((service) => [service, cardOf({ service, environment })]));
  // Before it is marked as drawn: a crash in between asks again.
  await ended(operation);
  return {
    // A report without its chart is better than none.
    thread: operationThread(operation, {
      cards,
      charts: await charts(operation).catch(() => ({})),
      issue: await issueOf(operation),
    }),
    more: () => shareReports(operation, options),
    endedAt: operation.finishedAt,
    drawn: () => ledger.drawn(id, operation.version),
  };
}

async function roundsView(operation: Operation, options: OperationOptions): Promise<View> {
  const { ledger, operations } = options;
  const children = await operationsOfRounds(operation, ledger);
  // Before they are marked as drawn, as above.
  for (const each of [...children, operation]) await operations.ended(each);
  return {
    thread: roundsThread(operation, children, await operations.issueOf(operation)),
    more: async () => {
      for (const child of children) await shareReports(child, options);
    },
    endedAt: operation.finishedAt,
    drawn: async () => {
      for (const { id, version } of [...children, operation]) await ledger.drawn(id, version);
    },
  };
}
