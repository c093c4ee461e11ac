import { z } from 'zod';
import type { StoredMessage } from '../types.ts';
import { flag, readBlocks, readContent, readMetadata } from './content.ts';
import { findChannel, readArgs } from './context.ts';
import type { ApiContext, Method } from './context.ts';
import { SlackError } from './errors.ts';
import { present } from './present.ts';

const content = {
  channel: z.string(),
  text: z.string().optional(),
  blocks: z.unknown().optional(),
};
const postArgs = z.object({
  ...content,
  thread_ts: z.string().optional(),
  reply_broadcast: flag.optional(),
  mrkdwn: flag.optional(),
  metadata: z.unknown().optional(),
});
const updateArgs = z.object({ ...content, ts: z.string(), metadata: z.unknown().optional() });
const ephemeralArgs = z.object({ ...content, user: z.string(), thread_ts: z.string().optional() });
const permalinkArgs = z.object({ channel: z.string(), message_ts: z.string() });
const deleteArgs = z.object({ channel: z.string(), ts: z.string() });

function requireRoot(context: ApiContext, channel: string, threadTs: string): void {
  const root = context.store.find(channel, threadTs);
  if (!root || root.threadTs !== undefined) throw new SlackError('thread_not_found');
}

function ownMessage(context: ApiContext, channel: string, ts: string): StoredMessage {
  const message = context.store.find(channel, ts);
  if (!message) throw new SlackError('message_not_found');
  return message;
}

export const postMessage: Method = (context, args) => {
  const input = readArgs(postArgs, args);
  const channel = findChannel(context, input.channel);
  // https://docs.slack.dev/reference/methods/chat.postMessage#errors
  if (context.archived.has(channel.id)) throw new SlackError('is_archived');
  const said = readContent(input, context);
  const metadata = readMetadata(input.metadata);
  if (input.thread_ts) requireRoot(context, channel.id, input.thread_ts);
  const message = context.store.post({
    channel: channel.id,
    user: context.workspace.app.userId,
    byApp: true,
    mrkdwn: input.mrkdwn ?? true,
    broadcast: Boolean(input.thread_ts) && (input.reply_broadcast ?? false),
    ...said,
    ...(input.thread_ts ? { threadTs: input.thread_ts } : {}),
    ...(metadata ? { metadata } : {}),
  });
  return { channel: channel.id, ts: message.ts, message: present(message, context.workspace, true) };
};

/** An absent argument keeps the metadata; chat.update removes it for an empty object. */
const removesMetadata = (raw: unknown): boolean =>
  typeof raw === 'object' ? Object.keys(raw ?? { x: 1 }).length === 0 : raw === '{}';

/** Absent `blocks` keep the old ones only when `text` is absent too; text alone removes them. */
export const update: Method = (context, args) => {
  const input = readArgs(updateArgs, args);
  const channel = findChannel(context, input.channel);
  const old = ownMessage(context, channel.id, input.ts);
  if (!old.byApp) throw new SlackError('cant_update_message');
  const blocks = readBlocks(input.blocks, context);
  const said =
    input.text === undefined && blocks === undefined
      ? readContent({}, context)
      : readContent({ text: input.text ?? old.text, blocks: blocks ?? [] }, context);
  const { metadata: before, ...kept } = old;
  const metadata = removesMetadata(input.metadata) ? undefined : (readMetadata(input.metadata) ?? before);
  const message = context.store.replace({ ...kept, ...said, ...(metadata ? { metadata } : {}) });
  return {
    channel: channel.id,
    ts: message.ts,
    text: message.text,
    message: present(message, context.workspace),
  };
};

export const remove: Method = (context, args) => {
  const input = readArgs(deleteArgs, args);
  const channel = findChannel(context, input.channel);
  if (!ownMessage(context, channel.id, input.ts).byApp) throw new SlackError('cant_delete_message');
  context.store.remove(channel.id, input.ts);
  return { channel: channel.id, ts: input.ts };
};

export const postEphemeral: Method = (context, args) => {
  const input = readArgs(ephemeralArgs, args);
  const channel = findChannel(context, input.channel);
  if (!context.workspace.people.some(({ id }) => id === input.user))
    throw new SlackError('user_not_in_channel');
  const said = readContent(input, context);
  const shown = context.store.whisper({
    channel: channel.id,
    user: input.user,
    from: 'chat.postEphemeral',
    ...said,
    ...(input.thread_ts ? { threadTs: input.thread_ts } : {}),
  });
  return { message_ts: shown.ts };
};

export const getPermalink: Method = (context, args) => {
  const input = readArgs(permalinkArgs, args);
  const channel = findChannel(context, input.channel);
  const { ts, threadTs } = ownMessage(context, channel.id, input.message_ts);
  const thread = threadTs === undefined ? '' : `?thread_ts=${threadTs}&cid=${channel.id}`;
  return {
    channel: channel.id,
    permalink: `${context.pageUrl()}archives/${channel.id}/p${ts.replace('.', '')}${thread}`,
  };
};
