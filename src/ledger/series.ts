import type { Redis } from 'ioredis';
import { asMinute, asMinutes, minuteMs, minuteOf } from '../domain/monitor/minute.ts';
import type { MonitorRound } from '../domain/monitor/round.ts';
import { type Target, targetKey } from '../domain/target.ts';
import { keys } from './keys.ts';
import { lineOf, roundOf } from './series-line.ts';

const dayMs = 86_400_000;
/** Rounds are kept for so long, and minutes. */
const kept = { roundsMs: dayMs, minutesMs: 30 * dayMs };

export type SeriesOf = Pick<Target, 'service' | 'environment'>;

const freshMs = 60_000;

/**
 * What was measured of each target: a stream of rounds for a day and one of minutes for 30 days, each entry with the
 * time as its id. A target that is measured no more leaves nothing behind.
 */
export class Series {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Keeps a round; the first one of another minute also makes the minute before. Twice is safe: the time is the name.
   * @returns false when this round, or a later one, is there already
   */
  async add(target: SeriesOf, round: MonitorRound): Promise<boolean> {
    const key = keys.rounds(targetKey(target));
    const last = await this.#lastAt(key);
    if (last !== undefined && round.at <= last) return false;
    if (last !== undefined && minuteOf(last) < minuteOf(round.at))
      await this.#keepMinute(target, minuteOf(last));
    return this.#write(key, round, kept.roundsMs);
  }

  /**
   * The rounds of the last minute as one, at the time of the newest; what is older says nothing of now. Undefined: there
   * are none. @param now milliseconds since 1970
   */
  async last(target: SeriesOf, now: number): Promise<MonitorRound | undefined> {
    const rounds = await this.since(target, now - freshMs);
    const newest = rounds.at(-1);
    return newest && asMinute(rounds, newest.at);
  }

  /** Rounds from this time on, milliseconds since 1970, oldest first. */
  async since(target: SeriesOf, fromMs: number): Promise<readonly MonitorRound[]> {
    return this.#read(keys.rounds(targetKey(target)), fromMs);
  }

  /** Minutes between these times, oldest first; the last may not be over yet. A minute without a round is left out. */
  async minutes(target: SeriesOf, fromMs: number, toMs: number): Promise<readonly MonitorRound[]> {
    const whole = await this.#read(keys.minutes(targetKey(target)), fromMs, toMs);
    const last = whole.at(-1);
    const restMs = last === undefined ? fromMs : last.at + minuteMs;
    const rest = restMs > toMs ? [] : await this.#read(keys.rounds(targetKey(target)), restMs, toMs);
    return [...whole, ...asMinutes(rest)];
  }

  async #keepMinute(target: SeriesOf, minute: number): Promise<void> {
    const rounds = await this.#read(keys.rounds(targetKey(target)), minute, minute + minuteMs - 1);
    await this.#write(keys.minutes(targetKey(target)), asMinute(rounds, minute), kept.minutesMs);
  }

  async #lastAt(key: string): Promise<number | undefined> {
    const [last] = await this.#redis.xrevrange(key, '+', '-', 'COUNT', 1);
    return last === undefined ? undefined : timeOf(last[0]);
  }

  async #write(key: string, round: MonitorRound, keepMs: number): Promise<boolean> {
    const { shape, latencies } = lineOf(round);
    const oldest = round.at - keepMs;
    const pipeline = this.#redis
      .pipeline()
      .xadd(key, 'MINID', '~', oldest, `${round.at}-0`, shape, latencies)
      .pexpire(key, keepMs);
    const [added] = (await pipeline.exec()) ?? [];
    const [error] = added ?? [new Error('Redis is away')];
    if (error === null) return true;
    // Somebody else was first.
    if (error.message.includes('equal or smaller')) return false;
    throw error;
  }

  async #read(key: string, fromMs: number, toMs?: number): Promise<readonly MonitorRound[]> {
    const from = Math.max(0, Math.floor(fromMs));
    const to = toMs === undefined ? '+' : Math.max(0, Math.floor(toMs));
    const entries = await this.#redis.xrange(key, from, to);
    return entries.map(([id, [shape = '', latencies = '']]) => roundOf(timeOf(id), { shape, latencies }));
  }
}

function timeOf(id: string): number {
  return Number(id.slice(0, id.indexOf('-')));
}
