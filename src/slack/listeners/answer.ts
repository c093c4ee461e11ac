import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { PrivateAnswer } from '../messages/private.ts';

export interface Addressee {
  /** Absent for what was said in a channel: Slack gives no address for that. */
  readonly respond?: RespondFn | undefined;
  readonly client: WebClient;
  readonly channel: string;
  readonly user: string;
  readonly threadTs?: string | undefined;
  readonly log: Logger;
}

/** Answers one person in private: by the command's own address, or as a message when that fails. */
export async function answer(to: Addressee, message: PrivateAnswer): Promise<void> {
  const { channel, user, threadTs, log } = to;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const post = () => to.client.chat.postEphemeral({ channel, user, ...thread, ...message });
  if (to.respond === undefined) {
    await post();
    return;
  }
  try {
    await to.respond({ response_type: 'ephemeral', replace_original: false, ...thread, ...message });
  } catch (error) {
    log.warn({ err: error }, 'the address for the answer did not take it');
    await post();
  }
}
