import type { MessageMetadata } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';

const metadataType = 'slipway_message';

/** What of a thread is needed to find its messages again. */
interface Owner {
  readonly id: string;
  readonly state: string;
  /** Milliseconds since 1970; none of its messages is older. */
  readonly beganAt: number;
}

/** Stamped on every message, so that it is found again after a crash; never shown to people. */
export function metadataOf({ id, state }: Owner, message: string): MessageMetadata {
  return { event_type: metadataType, event_payload: { operation: id, message, state } };
}

const stamped = z.object({
  ts: z.string(),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }),
});

export interface Place {
  readonly thread: Owner;
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
  const { thread, message, channel, root } = place;
  const stamp = { event_type: metadataType, event_payload: { operation: thread.id, message } };
  return findStamped(client, { stamp, channel, root, since: thread.beganAt });
}

export interface StampedPlace {
  /** What the metadata of the message has, at least. */
  readonly stamp: MessageMetadata;
  readonly channel: string;
  /** Root of the thread to look in; undefined to look in the channel. */
  readonly root: string | undefined;
  /** Before this time, milliseconds since 1970, it was not posted. */
  readonly since: number;
}

/** Looks for any message of slipway's by its metadata. @returns and throws as `findMessage` does */
export async function findStamped(client: WebClient, place: StampedPlace): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await readPage(client, place, cursor);
    const own = (answer.messages ?? [])
      .map((message) => stamped.safeParse(message).data)
      .find((message) => message !== undefined && bears(message.metadata, place.stamp));
    if (own !== undefined) return own.ts;
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return undefined;
  }
  return undefined;
}

function bears(found: z.infer<typeof stamped>['metadata'], { event_type, event_payload }: MessageMetadata) {
  const fields = Object.entries(event_payload);
  return (
    found.event_type === event_type && fields.every(([name, value]) => found.event_payload[name] === value)
  );
}

async function readPage(
  client: WebClient,
  { channel, root, since }: StampedPlace,
  cursor: string | undefined,
) {
  const common = {
    channel,
    include_all_metadata: true,
    limit: 200,
    ...(cursor === undefined ? {} : { cursor }),
  };
  if (root !== undefined) return client.conversations.replies({ ...common, ts: root });
  const oldest = String(Math.floor(since / 1000) - skewSeconds);
  return client.conversations.history({ ...common, oldest });
}
