import { createHash } from 'node:crypto';
import { type ConnectionOptions, type Job, Queue } from 'bullmq';
import { queueNames, queuePrefix, type RoundPayload } from './names.ts';

/** A schedule as BullMQ keeps it. */
export interface Scheduled {
  readonly environment: string;
  readonly everyMs: number;
  /** Milliseconds since 1970 of the newest round that was put on the queue. */
  readonly nextAt: number;
}

/** The schedules of rounds of probes: one an environment. */
export class MonitorQueue {
  readonly #queue: Queue<RoundPayload, string, string, RoundPayload, string>;

  /** @param onError hears connection errors, which BullMQ emits again and again while Redis is away */
  constructor(connection: ConnectionOptions, onError: (error: Error) => void) {
    this.#queue = new Queue(queueNames.monitors, { connection, prefix: queuePrefix });
    this.#queue.on('error', onError);
  }

  /** Makes sure that rounds come, each environment at its own moment. Twice is safe. */
  async schedule(environment: string, everyMs: number): Promise<void> {
    await this.#queue.upsertJobScheduler(
      environment,
      { every: everyMs, offset: offsetOf(environment, everyMs) },
      // A round that failed is not made again: the next one comes soon.
      {
        name: 'round',
        data: { environment },
        opts: { attempts: 1, removeOnComplete: true, removeOnFail: true },
      },
    );
  }

  /** No more rounds come; one that is under way is not stopped. */
  async unschedule(environment: string): Promise<void> {
    await this.#queue.removeJobScheduler(environment);
  }

  async scheduled(): Promise<readonly Scheduled[]> {
    const schedulers = await this.#queue.getJobSchedulers();
    return schedulers.map(({ key, every, next }) => ({
      environment: key,
      everyMs: every ?? 0,
      nextAt: next ?? 0,
    }));
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}

/** When a round was to be made, milliseconds since 1970. */
export function dueAt({ timestamp, opts }: Pick<Job, 'timestamp' | 'opts'>): number {
  return timestamp + (opts.delay ?? 0);
}

/** From 1: BullMQ takes 0 for "now". */
function offsetOf(environment: string, everyMs: number): number {
  const hash = createHash('sha256').update(environment).digest().readUInt32BE();
  return 1 + (hash % (everyMs - 1));
}
