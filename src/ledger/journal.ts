import type { Redis } from 'ioredis';
import { type ZodType, z } from 'zod';
import { keys } from './keys.ts';

/** How long a delivery is recognised when it comes again: Slack retries within minutes. */
const rememberSeconds = 3600;

/**
 * KEYS: journal, request (its own key or the journal's again, when no delivery is named).
 * ARGV: event, expected length, seconds to remember, whether a delivery is named.
 * Returns `known` for a delivery that was written before, `changed` when somebody wrote meanwhile, else `written`.
 */
const lua = `
if ARGV[4] == '1' and redis.call('EXISTS', KEYS[2]) == 1 then return 'known' end
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return 'changed' end
redis.call('RPUSH', KEYS[1], ARGV[1])
if ARGV[4] == '1' then redis.call('SET', KEYS[2], 'journal', 'EX', ARGV[3]) end
return 'written'
`;

const answers = z.enum(['written', 'known', 'changed']);

export interface Entry<Event> {
  readonly key: string;
  readonly event: Event;
  /** How many events the decision was made from. */
  readonly after: number;
  /** Identifies the delivery of a command or click. Absent: whoever writes looks for itself. */
  readonly deliveryId?: string | undefined;
}

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
    const lines = await this.#redis.lrange(key, 0, -1);
    return lines.map((line) => this.#schema.parse(JSON.parse(line)));
  }

  /** Writes what was decided on the events that were read, once for each delivery. @throws ZodError */
  async append({ key, event, after, deliveryId }: Entry<Event>): Promise<z.infer<typeof answers>> {
    const known = deliveryId === undefined ? key : keys.request(deliveryId);
    const args = [JSON.stringify(this.#schema.parse(event)), after, rememberSeconds];
    const named = deliveryId === undefined ? 0 : 1;
    // ioredis types no command that is defined at run time.
    const commands = this.#redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    return answers.parse(await commands['slipway_note']?.(2, key, known, ...args, named));
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
}

/** Reads, decides and writes, again from the start whenever somebody else wrote meanwhile. */
export async function change<Event, Answer>(
  journal: Journal<Event>,
  { key, deliveryId, decide }: Change<Event, Answer>,
): Promise<Answer | 'known'> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const events = await journal.read(key);
    const { answer, event } = decide(events);
    if (event === undefined) return answer;
    const written = await journal.append({ key, event, after: events.length, deliveryId });
    if (written !== 'changed') return written === 'known' ? 'known' : answer;
  }
  throw new Error(`${key} was changed by others each time`);
}
