import type { MessageMetadata } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';

const metadataType = 'slipway_message';

interface Stamped {
  readonly id: string;
  readonly state: string;
}

/** Stamped on every message, so that it is found again after a crash; never shown to people. */
export function metadataOf({ id, state }: Stamped, message: string): MessageMetadata {
  return { event_type: metadataType, event_payload: { operation: id, message, state } };
}

const stamped = z.object({
  ts: z.string(),
  metadata: z.object({
    event_type: z.literal(metadataType),
    event_payload: z.object({ operation: z.string(), message: z.string() }),
  }),
});

export interface Place {
  readonly thread: {
    readonly id: string;
    /** Milliseconds since 1970; none of its messages is older. */
    readonly beganAt: number;
  };
  readonly message: string;
  readonly channel: string;
  /** Root of the thread to look in; undefined to look for a root in the channel. */
  readonly root: string | undefined;
}

/** Clocks of different machines: how much earlier than the beginning of its thread a root message may seem to be. */
const skewSeconds = 60;
/** Pages of 200; a thread has some ten messages, a channel a few in the seconds in question. */
const mostPages = 5;

/**
 * Looks in Slack for a message that an earlier worker posted without living to note it.
 * @returns its `ts`, or undefined when it is not there.
 * @throws Slack's errors: posting again without having looked could tell people twice.
 */
export async function findMessage(client: WebClient, place: Place): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await readPage(client, place, cursor);
    const own = (answer.messages ?? [])
      .map((message) => stamped.safeParse(message).data)
      .find((message) => {
        const stamp = message?.metadata.event_payload;
        return stamp?.operation === place.thread.id && stamp.message === place.message;
      });
    if (own !== undefined) return own.ts;
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return undefined;
  }
  return undefined;
}

async function readPage(client: WebClient, { thread, channel, root }: Place, cursor: string | undefined) {
  const common = {
    channel,
    include_all_metadata: true,
    limit: 200,
    ...(cursor === undefined ? {} : { cursor }),
  };
  if (root !== undefined) return client.conversations.replies({ ...common, ts: root });
  const oldest = String(Math.floor(thread.beganAt / 1000) - skewSeconds);
  return client.conversations.history({ ...common, oldest });
}
