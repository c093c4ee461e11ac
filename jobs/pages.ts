import { setTimeout as wait } from 'node:timers/promises';
import { type ConnectionOptions, DelayedError, type Job, Worker } from 'bullmq';
import { PageNotTaken } from '../src/pages/pager.ts';
import { queuePrefix, workerDefaults } from '../src/queue/names.ts';
import {
  type BackOff,
  type PagePayload,
  PageQueue,
  pageBackOff,
  pagePayloadSchema,
  pagesQueue,
  waitBefore,
} from '../src/queue/pages.ts';
import { deliverLine, type PageOptions } from './page.ts';
import { watchLocks } from './running.ts';

/** Pages one process sends side by side; they mostly wait for an answer. */
const concurrency = 20;
/** BullMQ must have stopped fetching before jobs are given back, or it fetches its own again and hangs. */
const stopFetchingMs = 150;
/** Whoever asks for more quiet than this is asked again nevertheless: somebody waits to be woken. */
const mostQuietMs = 5 * 60_000;

export interface PagesOptions extends PageOptions {
  readonly connection: ConnectionOptions;
  /** Default: half a second to a minute. */
  readonly backOff?: BackOff;
}

/** Delivers pages, with hands of its own: no deploy and no thread stands before a page. */
export interface PageWorker {
  readonly queue: PageQueue;
  ready(): Promise<void>;
  /** Puts lines back on the queue whose job was lost. Doing it twice changes nothing. */
  sweep(): Promise<void>;
  /** Gives back what it has begun, so that another worker goes on at once. */
  close(): Promise<void>;
}

export function startPages({ connection, backOff = pageBackOff, ...options }: PagesOptions): PageWorker {
  const { pages, log, now } = options;
  const quiet = (error: unknown) => {
    log.debug({ err: error }, 'queue');
  };
  const queue = new PageQueue(connection, quiet);
  const worker = new Worker<PagePayload, void>(
    pagesQueue,
    // BullMQ makes the signal only for a processor with three arguments, and a default takes one away.
    async (job: Job<PagePayload>, token?: string, given?: AbortSignal) => {
      const signal = given ?? new AbortController().signal;
      try {
        await deliverLine(pagePayloadSchema.parse(job.data).line, options, signal);
      } catch (error) {
        if (!signal.aborted || signal.reason !== 'shutdown')
          throw error instanceof Error ? error : new Error(String(error));
        await job.moveToDelayed(Date.now(), token);
        throw new DelayedError();
      }
    },
    {
      connection,
      prefix: queuePrefix,
      concurrency,
      ...workerDefaults,
      settings: {
        backoffStrategy: (attempt, _type, error) => Math.max(waitBefore(attempt, backOff), quietOf(error)),
      },
    },
  );
  worker.on('error', quiet);
  worker.on('failed', (job, error) => {
    log.warn({ err: error, line: job?.data.line }, 'page will be tried again');
  });
  const deliver = async (lines: readonly string[]) => {
    await Promise.all(lines.map((line) => queue.deliver(line)));
  };
  // What came between its last look and its end found the job still there.
  worker.on('completed', ({ data: { line } }) => {
    pages
      .next(line)
      .then((waiting) => deliver(waiting === undefined ? [] : [line]))
      .catch(quiet);
  });
  const locks = watchLocks(worker, now);
  return {
    queue,
    ready: async () => {
      await worker.waitUntilReady();
    },
    sweep: async () => {
      await deliver(await pages.undelivered());
    },
    close: async () => {
      const closing = worker.close();
      await wait(stopFetchingMs);
      worker.cancelAllJobs('shutdown');
      await closing;
      locks.stop();
      await queue.close();
    },
  };
}

function quietOf(error: Error | undefined): number {
  return error instanceof PageNotTaken ? Math.min(error.retryAfterMs ?? 0, mostQuietMs) : 0;
}
