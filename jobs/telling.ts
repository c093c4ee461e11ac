import type { Logger } from 'pino';
import { type Config, issuePlaceOf, targetOf } from '../src/config/index.ts';
import type { Operation } from '../src/domain/operation.ts';
import { GithubIssues } from '../src/issues/github.ts';
import { Issues } from '../src/ledger/issues.ts';
import { Leases } from '../src/ledger/leases.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { ThreadNotes } from '../src/ledger/thread-notes.ts';
import type { connectSlack } from '../src/slack/client.ts';
import { permalinkOf } from '../src/slack/permalink.ts';
import { issueTeller, type IssueTeller } from './issues.ts';
import { operationCharts, type OperationChartOptions, tellAlerts } from './threads/operation-charts.ts';
import type { OperationSources } from './threads/operation.ts';

export interface TellingOptions extends OperationChartOptions {
  readonly config: Config;
  readonly redis: ConstructorParameters<typeof Issues>[0];
  readonly client: ReturnType<typeof connectSlack>;
  readonly ledger: Pick<Ledger, 'operation'>;
  readonly alerts: Parameters<typeof tellAlerts>[0]['alerts'];
  readonly notes: Pick<ThreadNotes, 'read' | 'write'>;
  readonly log: Logger;
}

/** What threads of operations are drawn from, and who tells issues of them. */
export interface Telling {
  readonly operations: OperationSources;
  readonly issues: Pick<IssueTeller, 'sweep' | 'stop'>;
}

export function startTelling(options: TellingOptions): Telling {
  const { config, redis, client, ledger, alerts, notes, announce, log, now } = options;
  const { token, apiUrl, close } = config.github;
  const placeOf = ({ request }: Operation) => issuePlaceOf(config, request);
  const issues = issueTeller({
    issues: new Issues(redis),
    leases: new Leases(redis),
    ledger,
    github: token === undefined ? undefined : new GithubIssues({ token, apiUrl }),
    close,
    placeOf,
    threadOf: async (operation) => {
      const root = (await notes.read(operation)).get('root');
      return root?.ts === undefined ? undefined : permalinkOf(client, { channel: root.channel, ts: root.ts });
    },
    announce,
    log,
    now,
  });
  const endedAlerts = tellAlerts({ alerts, announce });
  return {
    issues,
    operations: {
      cardOf: (name) => targetOf(config, name)?.card ?? {},
      charts: operationCharts(options),
      issueOf: async (operation) =>
        operation.request.issue === undefined
          ? undefined
          : { url: placeOf(operation)?.url, told: await issues.told(operation.id) },
      ended: async (operation) => {
        await endedAlerts(operation);
        await issues.ended(operation);
      },
    },
  };
}
