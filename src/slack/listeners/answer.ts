import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { answerWindow, type PrivateAnswer } from '../messages/private.ts';

export interface Addressee {
  /** Absent for what was said in a channel: Slack gives no address for that. */
  readonly respond?: RespondFn | undefined;
  readonly client: WebClient;
  readonly channel: string;
  readonly user: string;
  readonly threadTs?: string | undefined;
  /** Opens one window within 3 s: the answer to a click where there is no channel to answer in. */
  readonly window?: string | undefined;
  readonly log: Logger;
}

/** Answers one person in private: by the command's own address, or as a message when that fails. */
export async function answer(to: Addressee, message: PrivateAnswer): Promise<void> {
  const { channel, user, threadTs, window, log } = to;
  if (window !== undefined) return answerInWindow(window, to, message);
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

/** Where the window cannot be opened, or was opened before, the person gets a message of their own. */
async function answerInWindow(
  window: string,
  { client, user, log }: Addressee,
  message: PrivateAnswer,
): Promise<void> {
  try {
    await client.views.open({ trigger_id: window, view: answerWindow(message) });
  } catch (error) {
    log.warn({ err: error }, 'the window for the answer did not open');
    await client.chat.postMessage({ channel: user, ...message });
  }
}
