import type { Redis } from 'ioredis';
import { type Storm, stormSchema } from '../domain/alert/storm.ts';
import { keys } from './keys.ts';

/** A digest that nothing joined for so long is not drawn any more. */
const keptSeconds = 8 * 86_400;

/** The newest storm of each environment: which alerts its digest tells together. */
export class Storms {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async of(environment: string): Promise<Storm | undefined> {
    const json = await this.#redis.get(keys.storm(environment));
    return json === null ? undefined : stormSchema.parse(JSON.parse(json));
  }

  /** Twice is safe; only the job that draws the digest of this environment writes, and there is one at a time. */
  async write(environment: string, storm: Storm): Promise<void> {
    await this.#redis.set(keys.storm(environment), JSON.stringify(storm), 'EX', keptSeconds);
  }
}
