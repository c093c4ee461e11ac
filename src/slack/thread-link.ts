import type { WebClient } from '@slack/web-api';
import { permalinkOf } from './permalink.ts';
import type { Notes } from './thread.ts';

/** Addresses that are remembered; old ones are asked for again. */
const mostKnown = 1_000;

/**
 * Finds threads by the id of their root, such as `alertRootId`: undefined where there is no root yet, or Slack does not
 * tell. Slack is asked once for each.
 */
export function threadLinks(
  notes: Pick<Notes, 'read'>,
  client: Pick<WebClient, 'chat'>,
): (thread: string) => Promise<string | undefined> {
  const known = new Map<string, string>();
  return async (thread) => {
    const root = (await notes.read(thread)).get('root');
    if (root?.ts === undefined) return undefined;
    const { channel, ts } = root;
    const place = `${channel}/${ts}`;
    const url = known.get(place) ?? (await permalinkOf(client, { channel, ts }));
    if (url === undefined) return undefined;
    if (known.size >= mostKnown) known.clear();
    known.set(place, url);
    return url;
  };
}
