import type { Redis } from 'ioredis';
import type { Call } from './scripts.ts';

/**
 * KEYS: page, line, over, open. ARGV: id, line, request, action, when the alert began, seconds to remember.
 * Returns 1 when the page is new and will be delivered.
 */
const request = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local began = tonumber(ARGV[5])
local over = tonumber(redis.call('GET', KEYS[3]) or '-1')
if ARGV[4] == 'resolve' then
  redis.call('SET', KEYS[3], math.max(began, over), 'EX', ARGV[6])
elseif began <= over then
  return 0
end
redis.call('HSET', KEYS[1], 'request', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[4], ARGV[2])
return 1
`;

/**
 * KEYS: page, line, open. ARGV: id, line, outcome or nothing.
 * Takes a page from the head of its line, if it still stands there: a worker that was slow may not take another one.
 */
const leave = `
if redis.call('LINDEX', KEYS[2], 0) ~= ARGV[1] then return 0 end
redis.call('LPOP', KEYS[2])
if redis.call('LLEN', KEYS[2]) == 0 then redis.call('SREM', KEYS[3], ARGV[2]) end
if ARGV[3] ~= '' and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HSET', KEYS[1], 'outcome', ARGV[3])
end
return 1
`;

const scripts = { request, leave };

export type PageScripts = (name: keyof typeof scripts, call: Call) => Promise<unknown>;

/** As `scriptsOf` does for operations: each runs alone inside Redis. */
export function pageScriptsOf(redis: Redis): PageScripts {
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(`slipway_page_${name}`, { lua });
  const commands = redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  return async (name, call) =>
    commands[`slipway_page_${name}`]?.(call.keys.length, ...call.keys, ...call.args);
}
