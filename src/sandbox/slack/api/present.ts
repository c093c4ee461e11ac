import { fnv1a } from '../hash.ts';
import type { Store } from '../store.ts';
import type { Block, StoredMessage, Workspace } from '../types.ts';

/** Slack gives every block an id when it stores it; the same place in the same message keeps its id. */
export function withBlockIds(blocks: readonly Block[], ts: string): Block[] {
  return blocks.map((block, index) => ({ ...block, block_id: block['block_id'] ?? fnv1a(`${ts}/${index}`) }));
}

function botProfile({ app, team }: Workspace): Record<string, unknown> {
  return { id: app.botId, app_id: app.id, name: app.name, team_id: team.id, deleted: false, updated: 0 };
}

/** A message as the Web API and interaction payloads show it. Metadata is left out unless asked for. */
export function present(
  message: StoredMessage,
  workspace: Workspace,
  metadata = false,
): Record<string, unknown> {
  const { app, team } = workspace;
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ts: message.ts,
    ...(message.byApp ? { bot_id: app.botId, app_id: app.id, bot_profile: botProfile(workspace) } : {}),
    team: team.id,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: withBlockIds(message.blocks, message.ts) } : {}),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.editedTs === undefined ? {} : { edited: { user: message.user, ts: message.editedTs } }),
    ...(metadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** The fields that Slack adds to the root of a thread, once it has replies. */
export function threadFields(store: Store, message: StoredMessage): Record<string, unknown> {
  if (message.threadTs !== undefined) return {};
  const replies = store.inThread(message.channel, message.ts).filter(({ ts }) => ts !== message.ts);
  const latest = replies.at(-1);
  if (!latest) return {};
  const users = [...new Set(replies.map(({ user }) => user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: latest.ts,
    is_locked: false,
    subscribed: false,
  };
}
