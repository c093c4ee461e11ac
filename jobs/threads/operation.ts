import type { ServiceCard } from '../../src/domain/monitor/policy.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { IssueFacts } from '../../src/slack/messages/issue.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { ChartView } from '../../src/slack/messages/picture.ts';
import { operationThread } from '../../src/slack/threads.ts';
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

/** The thread of an operation. Undefined when the ledger does not know it. */
export async function operationView(
  id: string,
  ledger: Pick<Ledger, 'operation' | 'drawn'>,
  { cardOf, charts, issueOf, ended }: OperationSources,
): Promise<View | undefined> {
  const operation = await ledger.operation(id);
  if (operation === undefined) return undefined;
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
    endedAt: operation.finishedAt,
    drawn: () => ledger.drawn(id, operation.version),
  };
}
