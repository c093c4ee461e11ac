import type { WebClient } from '@slack/web-api';
import { slackErrorName } from './client.ts';

export type ChannelState =
  | { readonly kind: 'open' }
  /** Nothing can be posted there, and why in Slack's words. */
  | { readonly kind: 'closed'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** A private channel that the bot is not in does not exist for it: https://docs.slack.dev/reference/methods/conversations.info */
const closed = new Set(['channel_not_found', 'is_archived', 'not_in_channel']);

/**
 * Whether slipway can post in a channel. In public ones it may without being a member (chat:write.public); who else may
 * post in a restricted channel Slack does not tell.
 */
export async function channelState(
  client: Pick<WebClient, 'conversations'>,
  id: string,
): Promise<ChannelState> {
  try {
    const { channel } = await client.conversations.info({ channel: id });
    if (channel?.is_archived === true) return { kind: 'closed', why: 'is_archived' };
    const outside = channel?.is_private === true && channel.is_member === false;
    return outside ? { kind: 'closed', why: 'not_in_channel' } : { kind: 'open' };
  } catch (error) {
    const name = slackErrorName(error);
    if (name !== undefined && closed.has(name)) return { kind: 'closed', why: name };
    return { kind: 'unknown', why: name ?? (error instanceof Error ? error.message : String(error)) };
  }
}
