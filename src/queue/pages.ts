import { type ConnectionOptions, Queue } from 'bullmq';
import { z } from 'zod';
import { queuePrefix } from './names.ts';

export const pagesQueue = 'pages';

/** The whole of a job: the ledger knows what waits in the line. */
export const pagePayloadSchema = z.object({ line: z.string().min(1) });
export type PagePayload = z.infer<typeof pagePayloadSchema>;

/** How long to wait before a page is tried again, in milliseconds. */
export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Quick while it may be a hiccup; a minute after a long outage is soon enough, and spares who comes back. */
export const pageBackOff: BackOff = { firstMs: 500, mostMs: 60_000 };

/** Twice as long each time, up to the most; a quarter of it by chance, or all pages of an outage would come at once. */
export function waitBefore(attempt: number, { firstMs, mostMs }: BackOff): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole * (0.75 + Math.random() / 4));
}

/** Puts lines of pages on their queue. Adding a line twice is safe: it is one job, so its pages stay in order. */
export class PageQueue {
  readonly #queue: Queue<PagePayload, void, string, PagePayload, void>;

  constructor(connection: ConnectionOptions, onError: (error: Error) => void) {
    this.#queue = new Queue<PagePayload, void, string, PagePayload, void>(pagesQueue, {
      connection,
      prefix: queuePrefix,
      defaultJobOptions: {
        // Far more than fit into the time after which a page is given up.
        attempts: 100_000,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: true,
      },
    });
    this.#queue.on('error', onError);
  }

  /** Makes sure that the line has a job. */
  async deliver(line: string): Promise<void> {
    await this.#queue.add('page', { line }, { jobId: line });
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
