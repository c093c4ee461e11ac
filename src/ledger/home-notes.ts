import type { Redis } from 'ioredis';
import { z } from 'zod';
import { keys } from './keys.ts';

/** Slack does not say when somebody closes the Home tab: it is kept up to date for 8 hours after it was opened. */
const watchedMs = 8 * 3_600_000;
/** So many people at most, those who opened it last: Slack takes 100 views a minute. */
const mostViewers = 100;
/** A person's Home is published at most once in this time, in milliseconds. */
const homeEveryMs = 30_000;

const shownSchema = z.object({
  /** Hash of what the tab shows; empty: nothing that is known. */
  hash: z.string(),
  /** When it was last published, milliseconds since 1970; 0: never. */
  at: z.number(),
});
type HomeShown = z.infer<typeof shownSchema>;

interface HomeOpened {
  /** Slack user id. */
  readonly user: string;
  /** Hash that Slack says the tab bears; empty when it shows nothing. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Who looks at the Home tab, and what it shows them. */
export class HomeNotes {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Somebody opened the tab. Twice is safe. */
  async opened({ user, hash, at }: HomeOpened): Promise<void> {
    const before = await this.shown(user);
    await this.#redis
      .multi()
      .zadd(keys.homeViewers, at, user)
      .hset(keys.homeShown, user, JSON.stringify({ hash, at: before.at }))
      .exec();
    await this.#forgetOld(at);
  }

  /** Something that the tab shows has changed. */
  async changed(): Promise<void> {
    await this.#redis.incr(keys.homeVersion);
  }

  /** How often something has changed: whoever looked at another number may have missed something. */
  async version(): Promise<number> {
    return Number((await this.#redis.get(keys.homeVersion)) ?? 0);
  }

  /** Those for whom it is kept up to date, the last who opened it first. */
  async viewers(now: number): Promise<readonly string[]> {
    return this.#redis.zrange(keys.homeViewers, '+inf', `(${now - watchedMs}`, 'BYSCORE', 'REV');
  }

  /** When the tab of a person may be published next; 0 when it never was. */
  async dueAt(user: string): Promise<number> {
    const { at } = await this.shown(user);
    return at === 0 ? 0 : at + homeEveryMs;
  }

  async shown(user: string): Promise<HomeShown> {
    const json = await this.#redis.hget(keys.homeShown, user);
    const parsed = json === null ? undefined : shownSchema.safeParse(JSON.parse(json)).data;
    return parsed ?? { hash: '', at: 0 };
  }

  async published(user: string, shown: HomeShown): Promise<void> {
    await this.#redis.hset(keys.homeShown, user, JSON.stringify(shown));
  }

  /** Slack does not know this person any more, or their Home. */
  async forget(user: string): Promise<void> {
    await this.#redis.multi().zrem(keys.homeViewers, user).hdel(keys.homeShown, user).exec();
  }

  async #forgetOld(now: number): Promise<void> {
    const [old, beyond] = await Promise.all([
      this.#redis.zrange(keys.homeViewers, '-inf', now - watchedMs, 'BYSCORE'),
      this.#redis.zrange(keys.homeViewers, 0, -mostViewers - 1),
    ]);
    for (const user of [...old, ...beyond]) await this.forget(user);
  }
}
