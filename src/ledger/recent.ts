import type { Redis } from 'ioredis';
import type { Operation } from '../domain/operation.ts';
import { type Target, targetKey } from '../domain/target.ts';
import { keys } from './keys.ts';
import type { Ledger } from './ledger.ts';

/** The last operations of each target; validations, which change nothing, are not among them. */
export class Recent {
  readonly #redis: Redis;
  readonly #ledger: Pick<Ledger, 'operation'>;

  constructor(redis: Redis, ledger: Pick<Ledger, 'operation'>) {
    this.#redis = redis;
    this.#ledger = ledger;
  }

  /** However they ended, and those under way; newest first. @param most 20 are known at most */
  async of(target: Pick<Target, 'service' | 'environment'>, most: number): Promise<readonly Operation[]> {
    const ids = await this.#redis.lrange(keys.recent(targetKey(target)), 0, most - 1);
    const read = await Promise.all(ids.map((id) => this.#ledger.operation(id)));
    return read.filter((operation) => operation !== undefined);
  }
}
