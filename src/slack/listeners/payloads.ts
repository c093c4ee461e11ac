import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** What slipway needs of a slash command; what Slack leaves out is filled in here and nowhere else. */
export const commandSchema = z
  .object({
    text: z.string().default(''),
    user_id: z.string().min(1),
    /** Slack's documentation calls it on its way out. */
    user_name: z.string().optional(),
    channel_id: z.string().min(1),
    /** The same when the same command is delivered again. */
    trigger_id: z.string().optional(),
  })
  .transform(({ text, user_id: by, user_name, channel_id: typedIn, trigger_id }) => ({
    text,
    by,
    byName: user_name ?? by,
    typedIn,
    deliveryId: trigger_id ?? randomUUID(),
  }));
export type CommandPayload = z.infer<typeof commandSchema>;

/** What slipway needs of a click on a button. */
export const clickSchema = z
  .object({
    user: z.object({ id: z.string().min(1), username: z.string().optional(), name: z.string().optional() }),
    channel: z.object({ id: z.string() }).optional(),
    container: z
      .object({
        /** `view` on the Home tab: there is no channel, and no address for an answer. */
        type: z.string().optional(),
        thread_ts: z.string().optional(),
        channel_id: z.string().optional(),
      })
      .default({}),
    /** Good for opening one window within 3 s; the same when the same click is delivered again. */
    trigger_id: z.string().optional(),
  })
  .transform(({ user, channel, container, trigger_id }) => ({
    deliveryId: trigger_id ?? randomUUID(),
    channel: channel?.id ?? container.channel_id ?? user.id,
    by: user.id,
    byName: user.username ?? user.name ?? user.id,
    threadTs: container.thread_ts,
    window: container.type === 'view' ? trigger_id : undefined,
  }));

/** What slipway needs of a message that names it. */
export const mentionSchema = z
  .object({
    event_id: z.string().optional(),
    event: z.object({
      user: z.string().min(1),
      text: z.string().default(''),
      channel: z.string().min(1),
      ts: z.string(),
      thread_ts: z.string().optional(),
    }),
  })
  .transform(({ event_id, event: { user: by, text, channel, ts, thread_ts: threadTs } }) => ({
    by,
    text,
    channel,
    threadTs,
    deliveryId: event_id ?? `${channel}:${ts}`,
  }));

/** What slipway needs of somebody who opens it in Slack. */
export const homeOpenedSchema = z
  .object({
    event: z.object({
      user: z.string().min(1),
      tab: z.string(),
      /** What the tab shows; absent before it was published first. */
      view: z.object({ private_metadata: z.string().default('') }).optional(),
    }),
  })
  .transform(({ event: { user, tab, view } }) => ({ user, tab, hash: view?.private_metadata ?? '' }));
