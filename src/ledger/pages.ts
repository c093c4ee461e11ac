import type { Redis } from 'ioredis';
import { z } from 'zod';
import { pageId, pageLine } from '../domain/page/line.ts';
import { type Page, pageSchema, type PageWayKind } from '../domain/page/page.ts';
import { keys } from './keys.ts';
import { type PageScripts, pageScriptsOf } from './page-scripts.ts';

/** How long a page is known when it is asked for again, and a resolution when its trigger comes late. */
const rememberSeconds = 8 * 24 * 3_600;

const requestSchema = z.object({
  page: pageSchema,
  way: z.enum(['slack', 'pagerduty', 'opsgenie', 'webhook']),
  /** Milliseconds since 1970. */
  requestedAt: z.number().int(),
});

/** The page of a line that is to be delivered now. */
export interface WaitingPage extends z.infer<typeof requestSchema> {
  readonly id: string;
}

const outcomeSchema = z.object({
  /** `given-up`: it did not arrive for too long. `gone`: there is no such team or way any more. */
  kind: z.enum(['delivered', 'refused', 'given-up', 'gone']),
  /** Milliseconds since 1970. */
  at: z.number().int(),
  reason: z.string().optional(),
});
export type PageOutcome = z.infer<typeof outcomeSchema>;

export interface PageRequest {
  readonly page: Page;
  readonly ways: readonly PageWayKind[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Pages that were asked for, in lines: what goes to one team on one way about one alert is delivered in the order in
 * which it was asked for. A page is remembered for eight days, so that it is not sent again when it is asked for again.
 */
export class Pages {
  readonly #redis: Redis;
  readonly #run: PageScripts;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#run = pageScriptsOf(redis);
  }

  /**
   * Writes a page down, once for each way; from here on it is promised. A trigger or an acknowledgement whose alert is
   * known to be over is not: it would open again what nobody closes.
   * @returns the lines that have something new
   */
  async request({ page, ways, now }: PageRequest): Promise<readonly string[]> {
    const lines = await Promise.all(
      ways.map(async (way) => {
        const line = pageLine(page, way);
        const written = JSON.stringify(requestSchema.parse({ page, way, requestedAt: now }));
        const id = pageId(page, way);
        const isNew = await this.#run('request', {
          keys: [keys.page(id), keys.pageLine(line), keys.pageOver(line), keys.pagesOpen],
          args: [id, line, written, page.action, page.at, rememberSeconds],
        });
        return isNew === 1 ? [line] : [];
      }),
    );
    return lines.flat();
  }

  /** What is to be delivered next; undefined: nothing. */
  async next(line: string): Promise<WaitingPage | undefined> {
    for (;;) {
      const id = await this.#redis.lindex(keys.pageLine(line), 0);
      if (id === null) return undefined;
      const written = await this.#redis.hget(keys.page(id), 'request');
      if (written !== null) return { id, ...requestSchema.parse(JSON.parse(written)) };
      // So old that it is forgotten.
      await this.#leave(line, id, '');
    }
  }

  /** Notes that it is about to be sent. @returns whether it was before */
  async trying({ id }: WaitingPage): Promise<boolean> {
    return (await this.#redis.hincrby(keys.page(id), 'tried', 1)) > 1;
  }

  /** Notes what became of a page; the next of its line may follow. Twice is safe: the first outcome counts. */
  async done(line: string, { id }: WaitingPage, outcome: PageOutcome): Promise<void> {
    await this.#leave(line, id, JSON.stringify(outcomeSchema.parse(outcome)));
  }

  /** What became of a page; undefined: it has not arrived yet, or was never asked for. */
  async outcome(page: Page, way: PageWayKind): Promise<PageOutcome | undefined> {
    const written = await this.#redis.hget(keys.page(pageId(page, way)), 'outcome');
    return written === null ? undefined : outcomeSchema.parse(JSON.parse(written));
  }

  /** Lines in which something waits. */
  async undelivered(): Promise<readonly string[]> {
    return this.#redis.smembers(keys.pagesOpen);
  }

  async #leave(line: string, id: string, outcome: string): Promise<void> {
    await this.#run('leave', {
      keys: [keys.page(id), keys.pageLine(line), keys.pagesOpen],
      args: [id, line, outcome],
    });
  }
}
