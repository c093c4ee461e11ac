import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type Target, targetKey } from '../domain/target.ts';
import { keys } from './keys.ts';

const entrySchema = z.object({
  revision: z.string(),
  image: z.string(),
  operation: z.string(),
  byName: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
/** A revision that had all traffic of a target and was found well. */
export type ServedEntry = z.infer<typeof entrySchema>;

/** As many as people look through when they roll back. */
const most = 50;

/** What served each target well, newest first: where a rollback leads. */
export class Served {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Twice is safe: an operation stands here once. */
  async note(target: Target, entry: ServedEntry): Promise<void> {
    const key = keys.served(targetKey(target));
    const known = await this.list(target);
    if (known.some(({ operation }) => operation === entry.operation)) return;
    await this.#redis
      .multi()
      .lpush(key, JSON.stringify(entry))
      .ltrim(key, 0, most - 1)
      .exec();
  }

  /** What served it well last. */
  async last(target: Target): Promise<ServedEntry | undefined> {
    const line = await this.#redis.lindex(keys.served(targetKey(target)), 0);
    return line === null ? undefined : entrySchema.safeParse(JSON.parse(line)).data;
  }

  async list(target: Target): Promise<readonly ServedEntry[]> {
    const lines = await this.#redis.lrange(keys.served(targetKey(target)), 0, -1);
    return lines.flatMap((line) => entrySchema.safeParse(JSON.parse(line)).data ?? []);
  }
}
