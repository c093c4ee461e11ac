import { z } from 'zod';
import type { StoredMessage } from '../types.ts';
import { flag } from './content.ts';
import { findChannel, readArgs } from './context.ts';
import type { Answer, ApiContext, Method } from './context.ts';
import { SlackError } from './errors.ts';
import { present, threadFields } from './present.ts';

const stamp = z.string().regex(/^\d+(\.\d+)?$/u);
const window = {
  channel: z.string(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  cursor: z.string().optional(),
  oldest: stamp.optional(),
  latest: stamp.optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
};
const historyArgs = z.object(window);
const repliesArgs = z.object({ ...window, ts: z.string() });

type Window = z.output<typeof historyArgs>;

/** Compares two `ts` by value, not by text: `latest` may come as `1700000000` or with fewer decimals. */
function after(a: string, b: string): boolean {
  const whole = (ts: string): bigint => {
    const [seconds = '0', micros = ''] = ts.split('.');
    return BigInt(seconds) * 1_000_000n + BigInt(micros.padEnd(6, '0').slice(0, 6));
  };
  return whole(a) > whole(b);
}

function within(message: StoredMessage, { oldest, latest, inclusive }: Window): boolean {
  if (oldest !== undefined && !after(message.ts, oldest) && !(inclusive && !after(oldest, message.ts)))
    return false;
  if (latest !== undefined && !after(latest, message.ts) && !(inclusive && !after(message.ts, latest)))
    return false;
  return true;
}

/** Slack's cursors are opaque base64; this one carries the `ts` of the last message of the page. */
function readCursor(cursor: string | undefined): string | undefined {
  if (!cursor) return undefined;
  const [, ts] = /^next_ts:(\d+\.\d{6})$/u.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  if (!ts) throw new SlackError('invalid_cursor');
  return ts;
}

interface Page {
  readonly messages: readonly StoredMessage[];
  readonly window: Window;
  readonly defaultLimit: number;
}

function answerPage(context: ApiContext, { messages, window: asked, defaultLimit }: Page): Answer {
  const cursor = readCursor(asked.cursor);
  const start = cursor === undefined ? 0 : messages.findIndex(({ ts }) => ts === cursor) + 1;
  if (cursor !== undefined && start === 0) throw new SlackError('invalid_cursor');
  const page = messages.slice(start, start + (asked.limit ?? defaultLimit));
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < messages.length;
  const next = more ? Buffer.from(`next_ts:${last.ts}`).toString('base64') : '';
  return {
    messages: page.map((message) => ({
      ...present(message, context.workspace, asked.include_all_metadata),
      ...threadFields(context.store, message),
    })),
    has_more: more,
    ...(more ? { response_metadata: { next_cursor: next } } : {}),
  };
}

/** Newest first; root messages and broadcast replies only. */
export const history: Method = (context, args) => {
  const asked = readArgs(historyArgs, args);
  const channel = findChannel(context, asked.channel);
  const messages = context.store
    .inChannel(channel.id)
    .filter((message) => (message.threadTs === undefined || message.broadcast) && within(message, asked))
    .reverse();
  return { ...answerPage(context, { messages, window: asked, defaultLimit: 100 }), pin_count: 0 };
};

/** Oldest first; the root is always the first message of the first page. */
export const replies: Method = (context, args) => {
  const asked = readArgs(repliesArgs, args);
  const channel = findChannel(context, asked.channel);
  const named = context.store.find(channel.id, asked.ts);
  if (!named) throw new SlackError('thread_not_found');
  const rootTs = named.threadTs ?? named.ts;
  const messages = context.store
    .inThread(channel.id, rootTs)
    .filter((message) => message.ts === rootTs || within(message, asked));
  return answerPage(context, { messages, window: asked, defaultLimit: 1000 });
};

export const info: Method = (context, args) => {
  const channel = findChannel(context, readArgs(z.object({ channel: z.string() }), args).channel);
  const { id, name } = channel;
  return {
    channel: {
      id,
      name,
      name_normalized: name,
      is_channel: true,
      is_group: false,
      is_im: false,
      is_private: false,
      is_archived: context.archived.has(id),
      is_general: false,
      is_member: true,
      context_team_id: context.workspace.team.id,
    },
  };
};
