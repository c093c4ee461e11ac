import type { ResponseTarget, ResponseUrls } from '../response-urls.ts';
import type { Envelopes } from '../socket/envelopes.ts';
import type { Scene } from '../socket/payloads.ts';
import type { Store } from '../store.ts';
import type { Triggers } from '../triggers.ts';
import type { Delivery, Workspace } from '../types.ts';

/** What a person's action needs. */
export interface Office {
  readonly workspace: Workspace;
  readonly store: Store;
  readonly envelopes: Envelopes;
  readonly responseUrls: ResponseUrls;
  readonly triggers: Triggers;
}

/** @throws Error when the workspace does not know the person or the channel. */
export function sceneAt({ workspace, store }: Office, user: string, channel: string): Scene {
  if (!workspace.people.some(({ id }) => id === user)) throw new Error(`no such person: ${user}`);
  if (!workspace.channels.some(({ id }) => id === channel)) throw new Error(`no such channel: ${channel}`);
  return { workspace, store, user, channel };
}

/** For what happens in no channel: modals and the Home tab. */
export function sceneOf(office: Office, user: string): Scene {
  return sceneAt(office, user, office.workspace.channels[0]?.id ?? '');
}

/** The workspace's own private notice, such as `operation_timeout`. */
export function notice({ store }: Office, { user, channel }: ResponseTarget, text: string): void {
  store.whisper({ channel, user, text, blocks: [], from: 'slack' });
}

/** Lets the page know what became of the action. */
export function told({ store }: Office, user: string, delivery: Delivery): Delivery {
  store.emit({ type: 'delivery', user, delivery });
  return delivery;
}
