import { type ConnectionOptions, Queue } from 'bullmq';
import { readAlertId, readStormId } from '../domain/alert/thread.ts';
import { announceWindowMs, type Payload, queueNames, queuePrefix } from './names.ts';

export interface Announcement {
  /** Id of an operation, or the name of the thread of an alert or of a digest (`src/domain/alert/thread.ts`). */
  readonly operation: string;
  /** Ends, waiting approvals and firings go before everything else. */
  readonly urgent: boolean;
}

/**
 * BullMQ takes the lowest first. What a person waits for is not held up by an outage with hundreds of alerts, and of
 * that its digest comes first.
 */
function priorityOf({ operation, urgent }: Announcement): number {
  if (!urgent) return 10;
  if (readStormId(operation) !== undefined) return 1;
  return readAlertId(operation) === undefined ? 2 : 3;
}

export interface ProducerOptions {
  /** Hears connection errors, which BullMQ emits again and again while Redis is away. */
  readonly onError: (error: Error) => void;
  /** When the thread of an operation may be drawn next, in milliseconds since 1970. */
  readonly dueAt: (operation: string) => Promise<number>;
}

/** Puts work on the queues. Adding the same work twice is safe: one operation is one job. */
export class Producer {
  readonly #operations: Queue<Payload, void, string, Payload, void>;
  readonly #announce: Queue<Payload, void, string, Payload, void>;

  readonly #dueAt: ProducerOptions['dueAt'];

  constructor(connection: ConnectionOptions, { onError, dueAt }: ProducerOptions) {
    this.#dueAt = dueAt;
    const options = { connection, prefix: queuePrefix };
    this.#operations = new Queue<Payload, void, string, Payload, void>(queueNames.operations, {
      ...options,
      // Faults of steps end in the ledger; what reaches BullMQ is a lost Redis or a lost lock, which passes.
      defaultJobOptions: {
        attempts: 1000,
        backoff: { type: 'fixed', delay: 1000 },
        removeOnComplete: true,
        removeOnFail: true,
      },
    });
    this.#announce = new Queue<Payload, void, string, Payload, void>(queueNames.announce, {
      ...options,
      defaultJobOptions: {
        attempts: 1000,
        backoff: { type: 'fixed', delay: 3000 },
        removeOnComplete: true,
        removeOnFail: true,
      },
    });
    for (const queue of [this.#operations, this.#announce]) queue.on('error', onError);
  }

  /** Makes sure that the operation has a job. */
  async submit(operation: string): Promise<void> {
    await this.#operations.add('deploy', { operation }, { jobId: operation });
  }

  /** Makes a waiting operation look at the ledger now: somebody decided, or its target came free. */
  async wake(operation: string): Promise<void> {
    await this.submit(operation);
    const job = await this.#operations.getJob(operation);
    // Losing the race against the end of the delay is no error: then it is awake already.
    if (job !== undefined && (await job.isDelayed())) await job.promote().catch(() => undefined);
  }

  /** Asks for the thread to be redrawn; many requests for one thread become one or two redraws. */
  async announce(announcement: Announcement): Promise<void> {
    const { operation, urgent } = announcement;
    const priority = priorityOf(announcement);
    // A job that has to wait waits here: once fetched it has used up its share of the limit.
    const delay = Math.max(0, (await this.#dueAt(operation)) - Date.now());
    const job = await this.#announce.add(
      'announce',
      { operation },
      { priority, delay, deduplication: { id: operation, keepLastIfActive: true } },
    );
    // When a redraw is waiting already, `job` stands for that one: it moves up with the news.
    if (urgent) await job.changePriority({ priority }).catch(() => undefined);
  }

  /** Whether the thread has been asked for and its redraw waits or runs. */
  async isAnnounced(operation: string): Promise<boolean> {
    const job = await this.#announce.getDeduplicationJobId(operation);
    return job !== null && (await this.#announce.getJob(job)) !== undefined;
  }

  /**
   * Slack asked for quiet: no process draws a thread for this many milliseconds, and for a window at least. BullMQ puts
   * the pause in the place of the window, and gives out a new one after it: quiet of a second, which is what Slack asks
   * for in a channel, would make threads come faster, and be refused again and again.
   */
  async holdBack(ms: number): Promise<void> {
    await this.#announce.rateLimit(Math.max(ms, announceWindowMs));
  }

  async close(): Promise<void> {
    await Promise.all([this.#operations.close(), this.#announce.close()]);
  }
}

/** Ends, failures, whatever an approval needs, and what wakes people: somebody waits for these. */
const urgentEvents: ReadonlySet<string> = new Set([
  'approval-requested',
  'approval-expired',
  'approved',
  'rejected',
  'step-failed',
  'round-ended',
  'finished',
  'fired',
  'woken',
  'acknowledged',
  'escalated',
  'rolled-back',
  'resolved',
  'lost',
  'regained',
  'closed',
  'checked',
]);

export function isUrgent(event: string): boolean {
  return urgentEvents.has(event);
}
