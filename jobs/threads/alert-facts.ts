import type { Alert } from '../../src/domain/alert/alert.ts';
import { type Operation, threadOf } from '../../src/domain/operation.ts';
import type { Target } from '../../src/domain/target.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Recent } from '../../src/ledger/recent.ts';
import type { Served } from '../../src/ledger/served.ts';
import type { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import type { AlertFacts } from '../../src/slack/messages/alert/root.ts';
import type { AlertCharts } from './alert-charts.ts';

/** As many as the root of an alert shows, and the rollback that it asked for itself. */
const mostLately = 4;

export interface FactSources {
  readonly targetOf: (name: { readonly service: string; readonly environment: string }) => Target | undefined;
  readonly served: Pick<Served, 'list'>;
  readonly recent: Pick<Recent, 'of'>;
  readonly ledger: Pick<Ledger, 'operation'>;
  readonly notes: Pick<ThreadNotes, 'read'>;
  /** Address of a message; undefined where Slack does not tell. */
  readonly permalink: (message: {
    readonly channel: string;
    readonly ts: string;
  }) => Promise<string | undefined>;
  readonly charts: AlertCharts;
}

/** Reads what is known around an alert. A target that is not configured any more has no card. */
export function alertFacts(sources: FactSources): (alert: Alert) => Promise<AlertFacts> {
  const links = new Map<string, string>();
  return async (alert) => {
    const { targetOf, served, ledger, recent, charts } = sources;
    const target = targetOf(alert);
    const list = target === undefined ? [] : await served.list(target);
    const lately = await recent.of(alert, mostLately);
    const rollback = await rollbackOf(alert, lately, ledger);
    const told = [
      ...rollbacksOf(alert).map((id) => ({ id, thread: id })),
      ...lately.map(({ id, request }) => ({ id, thread: threadOf(id, request) })),
    ];
    await Promise.all(told.map((each) => remember(each, links, sources)));
    return {
      card: target?.card ?? {},
      lately,
      rollback,
      lastGood: list.find(({ revision }) => revision !== list[0]?.revision)?.revision,
      // An alert without a picture is better than none.
      picture: await charts.root(alert, lately).catch(() => undefined),
      checks: await charts.checks(alert, lately).catch(() => ({})),
      links: Object.fromEntries(links),
    };
  };
}

async function rollbackOf(
  { rollback }: Alert,
  lately: readonly Operation[],
  ledger: Pick<Ledger, 'operation'>,
): Promise<Operation | undefined> {
  if (rollback === undefined) return undefined;
  return lately.find(({ id }) => id === rollback) ?? ledger.operation(rollback);
}

function rollbacksOf({ story }: Alert): readonly string[] {
  return story.flatMap((event) => (event.type === 'rolled-back' ? [event.operation] : []));
}

/** An address stays what it is, so Slack is asked once. What was a round is told in the thread of its rounds. */
async function remember(
  { id, thread }: { readonly id: string; readonly thread: string },
  links: Map<string, string>,
  { notes, permalink }: FactSources,
): Promise<void> {
  if (links.has(id)) return;
  const root = (await notes.read(thread)).get('root');
  if (root?.ts === undefined) return;
  const url = await permalink({ channel: root.channel, ts: root.ts });
  if (url !== undefined) links.set(id, url);
}
