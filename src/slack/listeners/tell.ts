import type { WebClient } from '@slack/web-api';
import type { PrivateAnswer } from '../messages/private.ts';
import type { Intake } from './intake.ts';

export interface Telling {
  /** Slack ids; each is told once. */
  readonly channels: readonly string[];
  readonly message: PrivateAnswer;
  readonly client: WebClient;
}

export interface Told {
  /** To be read after what was done: `<#C1> and <#C2> are told`. */
  readonly heard: string;
  readonly posts: readonly { readonly channel: string; readonly ts: string }[];
}

/** Tells channels what a person has done; it is done whether or not Slack takes the messages. */
export async function tell({ channels, message, client }: Telling, { log }: Intake): Promise<Told> {
  const posts: { channel: string; ts: string }[] = [];
  const heard: string[] = [];
  for (const channel of new Set(channels)) {
    try {
      const { ts } = await client.chat.postMessage({ channel, ...message });
      if (ts !== undefined) posts.push({ channel, ts });
      heard.push(`<#${channel}> is told`);
    } catch (error) {
      log.warn({ err: error, channel }, 'a channel could not be told');
      heard.push(`<#${channel}> could not be told`);
    }
  }
  return { heard: heard.join(', '), posts };
}
