import { randomUUID } from 'node:crypto';
import { eventPayload } from '../socket/payloads.ts';
import type { Delivery, StoredMessage } from '../types.ts';
import { sceneAt, told } from './office.ts';
import type { Office } from './office.ts';

export interface MentionInput {
  readonly user: string;
  readonly channel: string;
  /** With the mention in it, `<@U0SLIPWAY> status`. */
  readonly text: string;
  readonly threadTs?: string;
}

function post({ store }: Office, { user, channel, text, threadTs }: MentionInput): StoredMessage {
  const own = { channel, user, text, byApp: false, blocks: [], mrkdwn: true, broadcast: false };
  return store.post({ ...own, ...(threadTs === undefined ? {} : { threadTs }) });
}

/** Posts the person's message and tells the app of it as `app_mention`. */
export async function mention(office: Office, input: MentionInput): Promise<Delivery> {
  const { user, channel, text, threadTs } = input;
  const scene = sceneAt(office, user, channel);
  const message = post(office, input);
  const event = {
    type: 'app_mention',
    ts: message.ts,
    client_msg_id: randomUUID(),
    text,
    team: office.workspace.team.id,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    channel,
    event_ts: message.ts,
  };
  return told(office, user, await office.envelopes.send('events_api', eventPayload(scene, event)));
}

/** Says something; the app hears of it only when it is named. */
export async function say(office: Office, input: MentionInput): Promise<Delivery | undefined> {
  if (input.text.includes(`<@${office.workspace.app.userId}>`)) return mention(office, input);
  sceneAt(office, input.user, input.channel);
  post(office, input);
  return undefined;
}
