import type { WebClient } from '@slack/web-api';

/** @returns the address of a message, or undefined where Slack does not tell: nothing depends on a link. */
export async function permalinkOf(
  client: Pick<WebClient, 'chat'>,
  { channel, ts }: { readonly channel: string; readonly ts: string },
): Promise<string | undefined> {
  try {
    return (await client.chat.getPermalink({ channel, message_ts: ts })).permalink;
  } catch {
    return undefined;
  }
}
