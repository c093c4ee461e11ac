import type { Redis } from 'ioredis';
import { type Target, targetKey } from '../domain/target.ts';
import { type ValidationRecord, validationRecordSchema } from '../domain/validation/record.ts';
import { keys } from './keys.ts';

/** Remembers the last validation of each target, so that the next one can say what changed. */
export class ValidationMemory {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @returns undefined when there was none, or when it was written by another version of slipway. */
  async last(target: Target): Promise<ValidationRecord | undefined> {
    const json = await this.#redis.get(keys.validated(targetKey(target)));
    return json === null ? undefined : validationRecordSchema.safeParse(JSON.parse(json)).data;
  }

  async remember(target: Target, record: ValidationRecord): Promise<void> {
    await this.#redis.set(keys.validated(targetKey(target)), JSON.stringify(record));
  }
}
