import type { Redis } from 'ioredis';
import { keys } from './keys.ts';

/** KEYS: journal, undrawn. ARGV: thread, drawn length. Clears the mark unless something happened meanwhile. */
const lua = `
if redis.call('LLEN', KEYS[1]) == tonumber(ARGV[2]) then return redis.call('SREM', KEYS[2], ARGV[1]) end
return 0
`;

interface Drawn {
  /** Key of the journal that the thread tells. */
  readonly journal: string;
  /** As the set of what is undrawn names it. */
  readonly thread: string;
  /** How many events it shows. */
  readonly version: number;
}

/** Says that a thread shows its journal as of so many events. */
export async function drawn(redis: Redis, { journal, thread, version }: Drawn): Promise<void> {
  await redis.eval(lua, 2, journal, keys.undrawn, thread, version);
}
