import type { Redis } from 'ioredis';

/**
 * The ledger's transactions. Each runs alone inside Redis, so a process may die between any two lines
 * of ours and the ledger is before or after a change, never in the middle of one.
 * All keys share the hash tag `{slipway}`, so a Redis Cluster keeps them in one slot.
 */

/**
 * KEYS: request, number, open, undrawn, then one queue per target.
 * ARGV: prefix, environment, requested event without its closing `,"number":N}`, time, seconds to remember, for a
 * rollback the event that cancels the deploy ahead (else empty: a rollback waits for nobody but the one who has the
 * target, and stops it), then the targets. Of each the last 20 operations that stand in a queue are kept by name.
 * Returns the operation id, whether it is new, and what it waits behind.
 */
const open = `
local known = redis.call('GET', KEYS[1])
if known then return {known, 0, ''} end
local number = redis.call('INCR', KEYS[2])
local id = ARGV[2] .. '-' .. number
local events = ARGV[1] .. 'events:' .. id
redis.call('RPUSH', events, ARGV[3] .. ',"number":' .. number .. '}')
local behind, place = '', 0
for i = 5, #KEYS do
  local length
  local head = redis.call('LINDEX', KEYS[i], 0)
  if ARGV[6] ~= '' and head then
    redis.call('LINSERT', KEYS[i], 'AFTER', head, id)
    length = 2
    if string.find(redis.call('LINDEX', ARGV[1] .. 'events:' .. head, 0), '"kind":"deploy"', 1, true) then
      redis.call('RPUSH', ARGV[1] .. 'events:' .. head, ARGV[6])
      redis.call('SADD', KEYS[4], head)
    end
  else
    length = redis.call('RPUSH', KEYS[i], id)
  end
  if length > 1 and behind == '' then
    behind = redis.call('LINDEX', KEYS[i], length - 2)
    place = length
  end
end
if behind ~= '' then
  redis.call('RPUSH', events, '{"type":"queued","at":' .. ARGV[4] .. ',"behind":"' .. behind .. '","position":' .. place .. '}')
end
for i = 7, #ARGV do
  redis.call('SET', ARGV[1] .. 'last:' .. ARGV[i], id)
  if #KEYS > 4 then
    local recent = ARGV[1] .. 'recent:' .. ARGV[i]
    redis.call('LPUSH', recent, id)
    redis.call('LTRIM', recent, 0, 19)
  end
end
redis.call('ZADD', KEYS[3], ARGV[4], id)
redis.call('SADD', KEYS[4], id)
redis.call('SET', KEYS[1], id, 'EX', ARGV[5])
return {id, 1, behind}
`;

/**
 * KEYS: events, fence, undrawn, then one queue per target. ARGV: id, started event.
 * Takes the operation for one worker when it heads the queue of each of its targets. Every earlier
 * worker of the same operation is fenced off from then on.
 */
const claim = `
for i = 4, #KEYS do
  local place = redis.call('LPOS', KEYS[i], ARGV[1])
  if not place then return {'ended', 0, '', 0} end
  if place > 0 then return {'queued', 0, redis.call('LINDEX', KEYS[i], place - 1), place + 1} end
end
local token = redis.call('INCR', KEYS[2])
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('SADD', KEYS[3], ARGV[1])
return {'claimed', token, '', 0}
`;

/** KEYS: events, fence, undrawn. ARGV: id, fencing token, event. Returns the new length, or -1 when fenced off. */
const append = `
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return -1 end
redis.call('SADD', KEYS[3], ARGV[1])
return redis.call('RPUSH', KEYS[1], ARGV[3])
`;

/** KEYS: events, undrawn. ARGV: id, expected length, event. Returns the new length, or -1 when it changed meanwhile. */
const appendIf = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return -1 end
redis.call('SADD', KEYS[2], ARGV[1])
return redis.call('RPUSH', KEYS[1], ARGV[3])
`;

/**
 * KEYS: events, fence, undrawn, open, then one queue per target. ARGV: id, token, finished event.
 * Ends the operation and hands its targets over in one go. Returns who waits, a list a target, or false when fenced off.
 */
const finish = `
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return false end
redis.call('RPUSH', KEYS[1], ARGV[3])
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
local waiting = {}
for i = 5, #KEYS do
  redis.call('LREM', KEYS[i], 0, ARGV[1])
  waiting[#waiting + 1] = redis.call('LRANGE', KEYS[i], 0, -1)
end
return waiting
`;

/**
 * KEYS: events, undrawn, open, then one queue per target. ARGV: id, expected length, finished event.
 * Takes an operation that has not begun out of every line. Returns who waits in the lines that it headed, a list a
 * target, or false when it changed meanwhile.
 */
const withdraw = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return false end
redis.call('ZREM', KEYS[3], ARGV[1])
local waiting = {}
for i = 4, #KEYS do
  local headed = redis.call('LINDEX', KEYS[i], 0) == ARGV[1]
  redis.call('LREM', KEYS[i], 0, ARGV[1])
  if headed then waiting[#waiting + 1] = redis.call('LRANGE', KEYS[i], 0, -1) end
end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('RPUSH', KEYS[1], ARGV[3])
return waiting
`;

/** KEYS: events, undrawn. ARGV: id, drawn length. Clears the mark unless something happened meanwhile. */
const drawn = `
if redis.call('LLEN', KEYS[1]) == tonumber(ARGV[2]) then return redis.call('SREM', KEYS[2], ARGV[1]) end
return 0
`;

const scripts = { open, claim, append, appendIf, finish, withdraw, drawn };
export type ScriptName = keyof typeof scripts;

export interface Call {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

export type Scripts = (name: ScriptName, call: Call) => Promise<unknown>;

/** Registers the scripts with a client; ioredis sends each one's hash, and its text when Redis lost it. */
export function scriptsOf(redis: Redis): Scripts {
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(`slipway_${name}`, { lua });
  const commands = redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  return async (name, call) => commands[`slipway_${name}`]?.(call.keys.length, ...call.keys, ...call.args);
}
