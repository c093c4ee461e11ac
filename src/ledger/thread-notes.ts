import type { Redis } from 'ioredis';
import { z } from 'zod';
import { updateEveryMs } from '../domain/pace.ts';
import { keys } from './keys.ts';

const noteSchema = z.object({
  /** Slack's id of the message; absent while a post is under way or was cut off. */
  ts: z.string().optional(),
  channel: z.string(),
  /** Hash of what the message shows. */
  shows: z.string(),
  /** When it was last posted or updated, milliseconds since 1970. */
  at: z.number(),
});
export type ThreadNote = z.infer<typeof noteSchema>;

/**
 * Which Slack message shows which part of an operation. Written before and after each post: a note
 * without `ts` means that a worker died in the middle, and that Slack must be asked before posting again.
 */
export class ThreadNotes {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async read(id: string): Promise<ReadonlyMap<string, ThreadNote>> {
    const fields = await this.#redis.hgetall(keys.thread(id));
    return new Map(Object.entries(fields).map(([name, json]) => [name, noteSchema.parse(JSON.parse(json))]));
  }

  /** When the root message may be updated next; a time in the past, or 0, means now. */
  async dueAt(id: string): Promise<number> {
    const json = await this.#redis.hget(keys.thread(id), 'root');
    return json === null ? 0 : noteSchema.parse(JSON.parse(json)).at + updateEveryMs;
  }

  async write(id: string, name: string, note: ThreadNote): Promise<void> {
    const writing = this.#redis.multi().hset(keys.thread(id), name, JSON.stringify(note));
    if (name === 'root' && note.ts !== undefined) writing.set(keys.root(`${note.channel}/${note.ts}`), id);
    await writing.exec();
  }

  /** The operation whose thread has this root. */
  async operationAt(channel: string, ts: string): Promise<string | undefined> {
    return (await this.#redis.get(keys.root(`${channel}/${ts}`))) ?? undefined;
  }

  async forget(id: string, name: string): Promise<void> {
    await this.#redis.hdel(keys.thread(id), name);
  }
}
