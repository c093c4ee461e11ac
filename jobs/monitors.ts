import { setMaxListeners } from 'node:events';
import { type ConnectionOptions, type Job, Worker } from 'bullmq';
import { dueAt, MonitorQueue } from '../src/queue/monitors.ts';
import {
  queueNames,
  queuePrefix,
  type RoundPayload,
  roundSchema,
  workerDefaults,
} from '../src/queue/names.ts';
import { type MonitorContext, monitor } from './monitor.ts';
import { reviveMonitors } from './revive.ts';

/** Environments one process looks at side by side. A round takes a second, and six where nothing answers. */
const concurrency = 64;
/** People who start or stop a monitor wait no longer. */
const reviveEveryMs = 5_000;

export interface MonitorsOptions extends MonitorContext {
  readonly connection: ConnectionOptions;
  /** All that are configured. */
  readonly environments: readonly string[];
}

/** Makes rounds of probes and sees to it that they come. Any number of workers may do so. */
export async function startMonitors(options: MonitorsOptions): Promise<{ stop(): Promise<void> }> {
  const { connection, environments, log } = options;
  const quiet = (error: Error) => {
    log.debug({ err: error }, 'monitors');
  };
  const queue = new MonitorQueue(connection, quiet);
  const stopping = new AbortController();
  // One listener for each round that is under way.
  setMaxListeners(0, stopping.signal);
  const worker = new Worker<RoundPayload, string>(
    queueNames.monitors,
    async (job: Job<RoundPayload>) => {
      const { environment } = roundSchema.parse(job.data);
      return monitor({ environment, dueAt: dueAt(job), signal: stopping.signal }, options);
    },
    { connection, prefix: queuePrefix, concurrency, ...workerDefaults },
  );
  worker.on('error', quiet);
  worker.on('failed', (job, error) => {
    if (stopping.signal.aborted) return;
    log.warn({ err: error, environment: job?.data.environment }, 'a round of probes was given up');
  });
  let reviving: Promise<void> | undefined;
  const revive = () => {
    // Redis may be away for long: one look waits for it, not many.
    reviving ??= reviveMonitors({ ...options, environments, queue })
      .catch(quiet)
      .finally(() => {
        reviving = undefined;
      });
  };
  await worker.waitUntilReady();
  revive();
  const timer = setInterval(revive, reviveEveryMs);
  return {
    stop: async () => {
      clearInterval(timer);
      const closing = worker.close();
      stopping.abort(new Error('shutdown'));
      options.probers.stop();
      await closing;
      await queue.close();
    },
  };
}
