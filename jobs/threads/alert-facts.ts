import type { Alert } from '../../src/domain/alert/alert.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { Target } from '../../src/domain/target.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Served } from '../../src/ledger/served.ts';
import type { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import type { AlertFacts, Picture } from '../../src/slack/messages/alert/root.ts';

/** As many as the root of an alert shows. */
const mostLately = 3;

export interface FactSources {
  readonly targetOf: (name: { readonly service: string; readonly environment: string }) => Target | undefined;
  readonly served: Pick<Served, 'list'>;
  readonly ledger: Pick<Ledger, 'operation'>;
  readonly notes: Pick<ThreadNotes, 'read'>;
  /** Address of a message; undefined where Slack does not tell. */
  readonly permalink: (message: {
    readonly channel: string;
    readonly ts: string;
  }) => Promise<string | undefined>;
  /** A chart of it that Slack has; undefined when there is none. */
  readonly picture: (alert: Alert) => Promise<Picture | undefined>;
}

/** Reads what is known around an alert. A target that is not configured any more has no facts. */
export function alertFacts(sources: FactSources): (alert: Alert) => Promise<AlertFacts> {
  const links = new Map<string, string>();
  return async (alert) => {
    const { targetOf, served, ledger } = sources;
    const target = targetOf(alert);
    const list = target === undefined ? [] : await served.list(target);
    const ids = [...new Set(list.map(({ operation }) => operation))].slice(0, mostLately);
    const read = await Promise.all(ids.map((id) => ledger.operation(id)));
    const lately: readonly Operation[] = read.filter((operation) => operation !== undefined);
    const lastGood = list.find(({ revision }) => revision !== list[0]?.revision)?.revision;
    await Promise.all(rollbacksOf(alert).map((id) => remember(id, links, sources)));
    return {
      card: target?.card ?? {},
      lately,
      lastGood,
      picture: await sources.picture(alert).catch(() => undefined),
      links: Object.fromEntries(links),
    };
  };
}

function rollbacksOf({ story }: Alert): readonly string[] {
  return story.flatMap((event) => (event.type === 'rolled-back' ? [event.operation] : []));
}

/** An address stays what it is, so Slack is asked once. */
async function remember(
  id: string,
  links: Map<string, string>,
  { notes, permalink }: FactSources,
): Promise<void> {
  if (links.has(id)) return;
  const root = (await notes.read(id)).get('root');
  if (root?.ts === undefined) return;
  const url = await permalink({ channel: root.channel, ts: root.ts });
  if (url !== undefined) links.set(id, url);
}
