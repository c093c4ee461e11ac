import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** KEYS: lease. ARGV: token. Only who holds it lets it go. */
const releaseLua = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

/** KEYS: lease. ARGV: token, milliseconds. */
const renewLua = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
`;

export interface Wanted {
  readonly key: string;
  /** It ends by itself when it was not renewed for so many milliseconds. */
  readonly lastsMs: number;
  /** Aborts when the work must end. */
  readonly signal: AbortSignal;
}

/** Somebody else has it. */
export const taken = Symbol('taken');

/**
 * Lets one worker at a time do something that must not be done twice side by side, and that a crash must not stop for
 * long.
 */
export class Leases {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.defineCommand('slipway_release', { numberOfKeys: 1, lua: releaseLua });
    redis.defineCommand('slipway_renew', { numberOfKeys: 1, lua: renewLua });
  }

  /** Does the work while it holds the lease; the signal of the work aborts before the lease could be another one's. */
  async hold<Result>(
    { key, lastsMs, signal }: Wanted,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | typeof taken> {
    signal.throwIfAborted();
    const token = randomUUID();
    let renewedAt = performance.now();
    if ((await this.#redis.set(key, token, 'PX', lastsMs, 'NX')) === null) return taken;
    const held = new AbortController();
    const letGo = () => {
      held.abort(signal.reason);
    };
    signal.addEventListener('abort', letGo, { once: true });
    const renew = async () => {
      const asked = performance.now();
      if ((await this.#command('slipway_renew', key, token, lastsMs)) === 1) renewedAt = asked;
      else held.abort(new Error(`the lease ${key} was lost`));
    };
    const timer = setInterval(() => {
      // While Redis is away nothing is renewed, and nobody is told so.
      if (performance.now() - renewedAt > 0.8 * lastsMs)
        held.abort(new Error(`the lease ${key} was not renewed`));
      else renew().catch(() => undefined);
    }, lastsMs / 5);
    try {
      return await work(held.signal);
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', letGo);
      // Of a lease that cannot be given back the end comes by itself.
      await this.#release(key, token, held.signal).catch(() => undefined);
    }
  }

  async #release(key: string, token: string, lost: AbortSignal): Promise<void> {
    const released = this.#command('slipway_release', key, token);
    // Redis may be away for long: nobody waits for it here.
    if (!lost.aborted) await released;
    else released.catch(() => undefined);
  }

  #command(name: string, ...args: readonly (string | number)[]): Promise<unknown> {
    // ioredis types no command that is defined at run time.
    const commands = this.#redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    return commands[name]?.(...args) ?? Promise.resolve(0);
  }
}
