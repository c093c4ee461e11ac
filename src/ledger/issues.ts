import type { Redis } from 'ioredis';
import { type Told, toldSchema } from '../domain/issue/told.ts';
import { keys } from './keys.ts';

/** As long as the thread of an operation may be drawn again. */
const keptSeconds = 30 * 86_400;

/** Which operations owe an issue their report, and what became of it. */
export class Issues {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** From here on it is promised. Twice is safe: the first time counts. @returns whether this was it */
  async owe(id: string, now: number): Promise<boolean> {
    if ((await this.read(id)) !== undefined) return false;
    const told: Told = { kind: 'owed', since: now, tries: 0, nextAt: now };
    // First what the sweep looks for: should it find one without a note, it makes the note good.
    await this.#redis.sadd(keys.issuesOpen, id);
    const set = await this.#redis.set(keys.issue(id), JSON.stringify(told), 'EX', keptSeconds, 'NX');
    return set !== null;
  }

  async read(id: string): Promise<Told | undefined> {
    const json = await this.#redis.get(keys.issue(id));
    return json === null ? undefined : toldSchema.parse(JSON.parse(json));
  }

  /** Only who holds the operation's lease writes. */
  async write(id: string, told: Told): Promise<void> {
    const writing = this.#redis.multi().set(keys.issue(id), JSON.stringify(told), 'EX', keptSeconds);
    if (told.kind !== 'owed') writing.srem(keys.issuesOpen, id);
    await writing.exec();
  }

  /** Operations that owe something. */
  async open(): Promise<readonly string[]> {
    return this.#redis.smembers(keys.issuesOpen);
  }

  /** It owes nothing after all. */
  async forget(id: string): Promise<void> {
    await this.#redis.srem(keys.issuesOpen, id);
  }
}
