import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { updateEveryMs } from '../domain/pace.ts';
import { retryAfterMs, slackErrorName } from './client.ts';
import { findMessage, metadataOf } from './find-message.ts';
import type { Draft } from './messages/draft.ts';

/** A channel slipway cannot write to: the root goes to the next of the thread's places. */
const unreachable = new Set(['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action']);
const gone = new Set(['message_not_found', 'cant_update_message']);

/** A root and its replies as they should be now. */
export interface Thread {
  /** Names it in the notes and in the stamps of its messages: never the same for two roots. */
  readonly id: string;
  /** Ids of channels or people: the root goes to the first that takes it. At least one. */
  readonly places: readonly string[];
  /** Milliseconds since 1970; none of its messages is older. */
  readonly beganAt: number;
  /** In one word, for the stamps. */
  readonly state: string;
  /** The root first. */
  readonly drafts: readonly Draft[];
}

export interface Note {
  readonly ts?: string | undefined;
  readonly channel: string;
  readonly shows: string;
  readonly at: number;
}

/** Which message shows what; must outlive the process. */
export interface Notes {
  read(thread: string): Promise<ReadonlyMap<string, Note>>;
  write(thread: string, message: string, note: Note): Promise<void>;
  forget(thread: string, message: string): Promise<void>;
}

export interface ThreadOptions {
  readonly client: WebClient;
  readonly notes: Notes;
  readonly now: () => number;
}

/**
 * Makes the thread in Slack equal to what it should be. Twice is safe: a message that shows the right thing
 * is left alone, and a post that was cut off is looked for before it is made again.
 * @returns when to draw again, if an update had to wait its turn.
 * @throws Slack's errors, a 429 among them; what was done until then is noted.
 */
export async function drawThread(thread: Thread, options: ThreadOptions): Promise<number | undefined> {
  const notes = new Map(await options.notes.read(thread.id));
  for (const draft of thread.drafts) {
    const drawn = await drawMessage({ thread, draft, notes, options });
    notes.set(draft.key, drawn.note);
    // What comes after waits too, so that the thread never tells more than its root.
    if (drawn.again !== undefined) return drawn.again;
  }
  return undefined;
}

interface Drawing {
  readonly thread: Thread;
  readonly draft: Draft;
  readonly notes: ReadonlyMap<string, Note>;
  readonly options: ThreadOptions;
}

interface Drawn {
  readonly note: Note;
  readonly again?: number;
}

async function drawMessage(drawing: Drawing): Promise<Drawn> {
  const { thread, draft, notes, options } = drawing;
  const shows = hashOf(draft);
  const note = notes.get(draft.key);
  if (note?.ts === undefined) {
    const found = note === undefined ? undefined : await find(drawing, note);
    if (found === undefined) return { note: await post(drawing, shows) };
    // Posted by a worker that died before it noted so; what it shows is not known.
    const adopted = { channel: note?.channel ?? '', ts: found, shows: '', at: options.now() - updateEveryMs };
    await options.notes.write(thread.id, draft.key, adopted);
    return update(drawing, adopted, shows);
  }
  if (note.shows === shows) return { note };
  const due = note.at + updateEveryMs;
  return options.now() < due ? { note, again: due } : update(drawing, note, shows);
}

async function find(drawing: Drawing, note: Note): Promise<string | undefined> {
  try {
    return await findMessage(drawing.options.client, place(drawing, note));
  } catch (error) {
    // Where slipway cannot write, nothing of it can be.
    if (unreachable.has(slackErrorName(error) ?? '')) return undefined;
    throw error;
  }
}

async function post(drawing: Drawing, shows: string): Promise<Note> {
  const { thread, draft, notes, options } = drawing;
  const root = notes.get('root');
  const channel = root?.channel ?? thread.places[0] ?? '';
  const places = draft.key === 'root' ? [...new Set([channel, ...thread.places])] : [channel];
  for (const [index, place] of places.entries()) {
    await options.notes.write(thread.id, draft.key, { channel: place, shows, at: options.now() });
    try {
      return await postTo(place, drawing, shows);
    } catch (error) {
      // Slack said no, so there is nothing to be looked for; only a lost answer leaves the note.
      const refused = slackErrorName(error) !== undefined || retryAfterMs(error) !== undefined;
      if (refused) await options.notes.forget(thread.id, draft.key);
      const last = index === places.length - 1;
      if (last || !unreachable.has(slackErrorName(error) ?? '')) throw error;
    }
  }
  throw new Error('There is always a place to try');
}

async function postTo(channel: string, drawing: Drawing, shows: string): Promise<Note> {
  const { thread, draft, notes, options } = drawing;
  const root = draft.key === 'root' ? undefined : notes.get('root')?.ts;
  const message = {
    channel,
    text: draft.text,
    blocks: [...draft.blocks],
    metadata: metadataOf(thread, draft.key),
    unfurl_links: false,
    unfurl_media: false,
  };
  const reply = { thread_ts: root ?? '', reply_broadcast: draft.broadcast };
  const answer = await options.client.chat.postMessage(
    root === undefined ? message : { ...message, ...reply },
  );
  const note = { channel: answer.channel ?? channel, ts: answer.ts, shows, at: options.now() };
  await options.notes.write(thread.id, draft.key, note);
  return note;
}

async function update(drawing: Drawing, note: Note, shows: string): Promise<Drawn> {
  const { thread, draft, options } = drawing;
  const { channel, ts } = note;
  try {
    await options.client.chat.update({
      channel,
      ts: ts ?? '',
      text: draft.text,
      blocks: [...draft.blocks],
      metadata: metadataOf(thread, draft.key),
    });
  } catch (error) {
    // Somebody deleted it: the thread is a view of the record, so it is drawn anew.
    if (gone.has(slackErrorName(error) ?? '')) return { note: await post(drawing, shows) };
    throw error;
  }
  const updated = { channel, ts, shows, at: options.now() };
  await options.notes.write(thread.id, draft.key, updated);
  return { note: updated };
}

function place({ thread, draft, notes }: Drawing, note: Note | undefined) {
  const root = draft.key === 'root' ? undefined : notes.get('root')?.ts;
  return { thread, message: draft.key, channel: note?.channel ?? thread.places[0] ?? '', root };
}

function hashOf({ text, blocks }: Draft): string {
  return createHash('sha256')
    .update(JSON.stringify([text, blocks]))
    .digest('hex')
    .slice(0, 16);
}
