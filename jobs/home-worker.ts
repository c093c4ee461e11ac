import { type ConnectionOptions, type Job, Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { EnvironmentStatus } from '../src/domain/status.ts';
import type { HomeNotes } from '../src/ledger/home-notes.ts';
import type { HomeQueue } from '../src/queue/home.ts';
import { type HomePayload, homeLimit, queueNames, queuePrefix, workerDefaults } from '../src/queue/names.ts';
import type { HomeClient } from '../src/slack/home.ts';
import { gatherStatus, type StatusSources } from '../src/status/gather.ts';
import { drawHome } from './home.ts';

/** Nobody waits for it, so a Cloud Run that is slow gets its time; a person who has just opened the tab does wait. */
const patienceMs = 5_000;
/** What changes without a word of slipway's is drawn so often: a lock that ends, somebody else's hand in Cloud Run. */
const redrawEveryMs = 5 * 60_000;
/** A look at Cloud Run is good for so long when slipway has changed nothing. */
const freshMs = 20_000;

export interface HomeWorkerOptions {
  readonly connection: ConnectionOptions;
  readonly sources: StatusSources;
  readonly notes: HomeNotes;
  readonly home: HomeQueue;
  readonly client: HomeClient;
  readonly log: Logger;
}

/** Draws Home tabs. Any number of workers may. */
export function startHomeWorker(options: HomeWorkerOptions): {
  readonly ready: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
} {
  const { connection, sources, notes, home, client, log } = options;
  const { now } = sources;
  const status = statusOnce(notes, sources);
  const worker = new Worker<HomePayload, void>(
    queueNames.home,
    async (job: Job<HomePayload>, token?: string) =>
      drawHome(job, token ?? '', { notes, client, status, now, holdBack: (ms) => home.holdBack(ms) }),
    { connection, prefix: queuePrefix, concurrency: 1, limiter: homeLimit, ...workerDefaults },
  );
  worker.on('failed', (job, error) => {
    log.warn({ err: error, user: job?.data.user }, 'a Home tab is not drawn');
  });
  // While Redis is away BullMQ reports so many times a second.
  worker.on('error', (error) => {
    log.debug({ err: error }, 'queue');
  });
  const redraw = setInterval(() => {
    home.changed().catch((error: unknown) => {
      log.debug({ err: error }, 'queue');
    });
  }, redrawEveryMs);
  return {
    ready: () => worker.waitUntilReady(),
    stop: async () => {
      clearInterval(redraw);
      await worker.close();
    },
  };
}

/** Read once for all who look at it, until something changes. */
function statusOnce(notes: HomeNotes, sources: StatusSources): () => Promise<readonly EnvironmentStatus[]> {
  let last:
    | { readonly version: number; readonly at: number; readonly status: readonly EnvironmentStatus[] }
    | undefined;
  return async () => {
    // Before the look: what changes meanwhile has another number.
    const version = await notes.version();
    const at = sources.now();
    if (last?.version === version && at - last.at < freshMs) return last.status;
    const status = await gatherStatus({ patienceMs }, sources);
    last = { version, at, status };
    return status;
  };
}
