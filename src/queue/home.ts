import { type ConnectionOptions, Queue } from 'bullmq';
import { type HomePayload, queueNames, queuePrefix } from './names.ts';

/** What comes within this time, in milliseconds, is drawn together. */
const gatherMs = 1_000;

/** Who looks at the tab: Slack user ids. */
export interface HomeViewers {
  /** Counts a change, so that nobody is shown what was read before it. */
  changed(): Promise<void>;
  viewers(now: number): Promise<readonly string[]>;
  /** When somebody's tab may be published next, in milliseconds since 1970. */
  dueAt(user: string): Promise<number>;
}

export interface HomeQueueOptions {
  /** Hears connection errors, which BullMQ emits again and again while Redis is away. */
  readonly onError: (error: Error) => void;
  /** Who looks at the tab, and how often it changed; must outlive the process. */
  readonly notes: HomeViewers;
}

/** Asks for Home tabs to be drawn again. Asking twice is safe: one person is one job. */
export class HomeQueue {
  readonly #queue: Queue<HomePayload, void, string, HomePayload, void>;
  readonly #options: HomeQueueOptions;

  constructor(connection: ConnectionOptions, options: HomeQueueOptions) {
    this.#options = options;
    this.#queue = new Queue<HomePayload, void, string, HomePayload, void>(queueNames.home, {
      connection,
      prefix: queuePrefix,
      defaultJobOptions: {
        attempts: 1000,
        backoff: { type: 'fixed', delay: 10_000 },
        removeOnComplete: true,
        removeOnFail: true,
      },
    });
    this.#queue.on('error', options.onError);
  }

  /** Somebody opened the tab: theirs is drawn before those of others. */
  async open(user: string): Promise<void> {
    await this.#add(user, { priority: 1, atOnce: true });
  }

  /** Something that a status tells has changed: the tab is drawn for all who look at it. */
  async changed(): Promise<void> {
    const { notes } = this.#options;
    await notes.changed();
    const viewers = await notes.viewers(Date.now());
    await Promise.all(viewers.map((user) => this.#add(user, { priority: 10, atOnce: false })));
  }

  /** Slack asked for quiet: no process draws a tab for this many milliseconds. */
  async holdBack(ms: number): Promise<void> {
    await this.#queue.rateLimit(ms);
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }

  async #add(
    user: string,
    { priority, atOnce }: { readonly priority: number; readonly atOnce: boolean },
  ): Promise<void> {
    const now = Date.now();
    // A job that has to wait waits here: once fetched it has used up its share of the limit.
    const delay = Math.max(atOnce ? 0 : gatherMs, (await this.#options.notes.dueAt(user)) - now);
    await this.#queue.add(
      'home',
      { user },
      { priority, delay, deduplication: { id: user, keepLastIfActive: true } },
    );
  }
}
