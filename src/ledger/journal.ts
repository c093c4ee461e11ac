import type { Redis } from 'ioredis';
import { type ZodType, z } from 'zod';
import { keys } from './keys.ts';

/** How long a delivery is recognised when it comes again: Slack retries within minutes. */
const rememberSeconds = 3600;

/**
 * KEYS: journal, request (its own key or the journal's again, when no delivery is named), then sets.
 * ARGV: event, expected length, seconds to remember, whether a delivery is named, the last line that was read, how many
 * of the oldest go, then for each set a member and whether it is in it from now on.
 * Returns `known` for a delivery that was written before, `changed` when somebody wrote meanwhile, else `written`.
 */
const lua = `
if ARGV[4] == '1' and redis.call('EXISTS', KEYS[2]) == 1 then return 'known' end
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return 'changed' end
if (redis.call('LINDEX', KEYS[1], -1) or '') ~= ARGV[5] then return 'changed' end
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], ARGV[6], -1)
for i = 3, #KEYS do
  redis.call(ARGV[2 * i + 2] == '1' and 'SADD' or 'SREM', KEYS[i], ARGV[2 * i + 1])
end
if ARGV[4] == '1' then redis.call('SET', KEYS[2], 'journal', 'EX', ARGV[3]) end
return 'written'
`;

const answers = z.enum(['written', 'known', 'changed']);

/** A set that says something of journals: changed with them in one transaction. */
export interface Mark {
  readonly set: string;
  readonly member: string;
  readonly isIn: boolean;
}

/** What an event brings along. */
export interface Along {
  /** Default: none. */
  readonly marks?: readonly Mark[];
  /** So many of the oldest events go. Default 0. */
  readonly drop?: number;
}

export interface Entry<Event> extends Along {
  readonly key: string;
  readonly event: Event;
  /** What the decision was made from. */
  readonly after: Lines;
  /** Identifies the delivery of a command or click. Absent: whoever writes looks for itself. */
  readonly deliveryId?: string | undefined;
}

/** A journal as it was read. Where the oldest go, its length alone does not tell whether somebody wrote. */
type Lines = readonly string[];

/** Lists of events outside operations: appended to, read whole and folded; nothing in them is ever changed. */
export class Journal<Event> {
  readonly #redis: Redis;
  readonly #schema: ZodType<Event>;

  constructor(redis: Redis, schema: ZodType<Event>) {
    this.#redis = redis;
    this.#schema = schema;
    redis.defineCommand('slipway_note', { lua });
  }

  /** Oldest first. @throws ZodError when an event was written by a newer slipway. */
  async read(key: string): Promise<readonly Event[]> {
    return this.parse(await this.lines(key));
  }

  /** As it stands in Redis. */
  async lines(key: string): Promise<Lines> {
    return this.#redis.lrange(key, 0, -1);
  }

  /** @throws ZodError when an event was written by a newer slipway. */
  parse(lines: Lines): readonly Event[] {
    return lines.map((line) => this.#schema.parse(JSON.parse(line)));
  }

  /** Writes what was decided on the events that were read, once for each delivery. @throws ZodError */
  async append(entry: Entry<Event>): Promise<z.infer<typeof answers>> {
    const { key, event, after, deliveryId, marks = [], drop = 0 } = entry;
    const known = deliveryId === undefined ? key : keys.request(deliveryId);
    const named = deliveryId === undefined ? 0 : 1;
    const args = [JSON.stringify(this.#schema.parse(event)), after.length, rememberSeconds, named];
    const along = [after.at(-1) ?? '', drop, ...marks.flatMap(({ member, isIn }) => [member, isIn ? 1 : 0])];
    const sets = marks.map(({ set }) => set);
    // ioredis types no command that is defined at run time.
    const commands = this.#redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    return answers.parse(
      await commands['slipway_note']?.(2 + sets.length, key, known, ...sets, ...args, ...along),
    );
  }
}

/** Others may write between a look and the append; somebody of them gets on each time. */
const tries = 20;

/** What was decided on the events as they are, and the event to write, if any. */
export interface Decided<Event, Answer> {
  readonly answer: Answer;
  readonly event?: Event | undefined;
}

export interface Change<Event, Answer> {
  readonly key: string;
  readonly deliveryId?: string | undefined;
  readonly decide: (events: readonly Event[]) => Decided<Event, Answer>;
  /** What the event brings along, where it comes after these. */
  readonly along?: (events: readonly Event[], event: Event) => Along;
}

/** Reads, decides and writes, again from the start whenever somebody else wrote meanwhile. */
export async function change<Event, Answer>(
  journal: Journal<Event>,
  { key, deliveryId, decide, along }: Change<Event, Answer>,
): Promise<Answer | 'known'> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const after = await journal.lines(key);
    const events = journal.parse(after);
    const { answer, event } = decide(events);
    if (event === undefined) return answer;
    const written = await journal.append({ key, event, after, deliveryId, ...along?.(events, event) });
    if (written !== 'changed') return written === 'known' ? 'known' : answer;
  }
  throw new Error(`${key} was changed by others each time`);
}
