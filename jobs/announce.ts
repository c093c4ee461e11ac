import { DelayedError, type Job, RateLimitError, UnrecoverableError } from 'bullmq';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { ThreadNotes } from '../src/ledger/thread-notes.ts';
import type { HomeQueue } from '../src/queue/home.ts';
import { type Payload, payloadSchema } from '../src/queue/names.ts';
import { retryAfterMs, slackErrorName } from '../src/slack/client.ts';
import { drawThread, type ThreadOptions } from '../src/slack/thread.ts';

/** A thread that Slack has refused for this long after the end of its operation is not drawn any more. */
const giveUpMs = 60 * 60_000;

export interface AnnounceOptions {
  readonly ledger: Ledger;
  readonly notes: ThreadNotes;
  /** Home tabs show operations too. */
  readonly home: Pick<HomeQueue, 'changed'>;
  readonly client: ThreadOptions['client'];
  readonly now: () => number;
  /** Holds back all announcers of all processes for this many milliseconds. */
  readonly holdBack: (ms: number) => Promise<void>;
}

/**
 * Redraws one thread from the ledger. Twice is safe: `drawThread` changes only what differs. One job an
 * operation runs at a time, so a message has one writer.
 */
export async function announce(job: Job<Payload>, token: string, options: AnnounceOptions): Promise<void> {
  const { ledger, notes, client, now } = options;
  const { operation: id } = payloadSchema.parse(job.data);
  const operation = await ledger.operation(id);
  if (operation === undefined) return;
  // Here and not where events are written: what the thread's mark brings back after a crash brings this back too.
  await options.home.changed();
  const again = await draw();
  if (again !== undefined) {
    await job.moveToDelayed(again, token);
    throw new DelayedError();
  }
  await ledger.drawn(id, operation.version);

  async function draw(): Promise<number | undefined> {
    if (operation === undefined) return undefined;
    try {
      return await drawThread(operation, { client, notes, now });
    } catch (error) {
      const wait = retryAfterMs(error);
      if (wait !== undefined) {
        await options.holdBack(wait);
        throw new RateLimitError();
      }
      // Slack has answered and will answer so again: trying each few seconds would only use up its allowance.
      const name = slackErrorName(error);
      if (name === undefined) throw error;
      if (now() - (operation.finishedAt ?? now()) > giveUpMs) await ledger.drawn(id, operation.version);
      throw new UnrecoverableError(`Slack answered ${name} to the thread of ${id}`);
    }
  }
}
