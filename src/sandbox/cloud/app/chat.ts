import { setTimeout as delay } from 'node:timers/promises';
import { type RawData, WebSocket } from 'ws';
import { AGENT_EVENTS } from '../refs.ts';
import type { ContainerOptions } from './options.ts';

/** Milliseconds before each of the agent's events: the last comes within the 1,000 ms of a whole request. */
const BETWEEN_EVENTS = 30;

/** Where one socket talks. */
export interface Talk {
  readonly client: WebSocket;
  /** Name of the instance, as it stands in its header. */
  readonly instance: string;
}

/** Bytes come back as they are; a `user_message` is answered by the agent's events, all else is echoed. */
export async function converse(
  { client, instance }: Talk,
  message: { readonly data: RawData; readonly binary: boolean },
  options: ContainerOptions,
): Promise<void> {
  const { behaviour } = options;
  if (behaviour.lateness !== undefined) await delay(behaviour.lateness, undefined, { ref: false });
  if (message.binary) {
    client.send(message.data, { binary: true });
    return;
  }
  const text = textOf(message.data);
  const parsed = parseObject(text);
  if (parsed?.['type'] !== 'user_message') {
    say(client, { ...(parsed ?? { data: text }), ...echo(parsed, options), instance });
    return;
  }
  for (const type of AGENT_EVENTS) {
    await delay(BETWEEN_EVENTS, undefined, { ref: false });
    if (type !== behaviour.missingEvent) say(client, { type, ...reference(parsed), at: Date.now() });
  }
}

export function say(client: WebSocket, message: object): void {
  if (client.readyState === WebSocket.OPEN) client.send(JSON.stringify(message));
}

/** An object comes back with its own fields, `type` set to `pong` or `echo`; other text as `data`. */
function echo(parsed: Record<string, unknown> | undefined, { service, revision }: ContainerOptions): object {
  return { type: parsed?.['type'] === 'ping' ? 'pong' : 'echo', service, revision, at: Date.now() };
}

/** So that a client can tell which of its messages the agent works on. */
const reference = (parsed: Record<string, unknown>): object =>
  parsed['id'] === undefined ? {} : { id: parsed['id'] };

// ws gives one Buffer for its default binaryType: https://github.com/websockets/ws/blob/master/doc/ws.md#websocketbinarytype
const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString('utf8') : '');

function parseObject(message: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
