import { DelayedError, type Job, RateLimitError, UnrecoverableError } from 'bullmq';
import { readAlertId, readSightId, readStormId } from '../src/domain/alert/thread.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { ThreadNotes } from '../src/ledger/thread-notes.ts';
import type { HomeQueue } from '../src/queue/home.ts';
import { type Payload, payloadSchema } from '../src/queue/names.ts';
import { retryAfterMs, slackErrorName } from '../src/slack/client.ts';
import { drawThread, type ThreadOptions } from '../src/slack/thread.ts';
import { type AlertSources, alertView, stormView } from './threads/alert.ts';
import { type OperationSources, operationView } from './threads/operation.ts';
import { type SightSource, sightView } from './threads/sight.ts';
import type { View } from './threads/view.ts';

/** A thread that Slack has refused for this long after the end of what it tells is not drawn any more. */
const giveUpMs = 60 * 60_000;

export interface AnnounceOptions {
  readonly ledger: Pick<Ledger, 'operation' | 'drawn'>;
  readonly alerts: AlertSources;
  readonly sights: SightSource;
  readonly operations: OperationSources;
  /** Home tabs show operations and alerts too. */
  readonly home: Pick<HomeQueue, 'changed'>;
  readonly notes: Pick<ThreadNotes, 'read' | 'write' | 'forget'>;
  readonly client: ThreadOptions['client'];
  readonly now: () => number;
  /** Holds back all announcers of all processes for this many milliseconds. */
  readonly holdBack: (ms: number) => Promise<void>;
}

/**
 * Redraws one thread from the ledger. Twice is safe: `drawThread` changes only what differs. One job a
 * thread runs at a time, so a message has one writer.
 */
export async function announce(job: Job<Payload>, token: string, options: AnnounceOptions): Promise<void> {
  const { operation: id } = payloadSchema.parse(job.data);
  const view = await viewOf(id, options);
  if (view === undefined) return;
  // Here and not where events are written: what the thread's mark brings back after a crash brings this back too.
  await options.home.changed();
  const again = await draw(id, view, options);
  if (again !== undefined) {
    await job.moveToDelayed(again, token);
    throw new DelayedError();
  }
  await view.drawn();
}

/** By its name: `alert:<key>`, `storm:<environment>`, `sight:<environment>`, else an operation. Undefined when there is nothing to draw. */
async function viewOf(id: string, options: AnnounceOptions): Promise<View | undefined> {
  const { alerts, sights } = options;
  const alert = readAlertId(id);
  if (alert !== undefined) return alertView(alert.key, alerts);
  const blind = readSightId(id);
  if (blind !== undefined) return sightView(blind, sights);
  const environment = readStormId(id);
  return environment === undefined ? operationView(id, options) : stormView(environment, alerts);
}

/** @returns when to draw again, if an update had to wait its turn. */
async function draw(
  id: string,
  { thread, more, endedAt, drawn }: View,
  { client, notes, now, holdBack }: AnnounceOptions,
): Promise<number | undefined> {
  try {
    const again = await drawThread(thread, { client, notes, now });
    if (again === undefined) await more?.();
    return again;
  } catch (error) {
    const wait = retryAfterMs(error);
    if (wait !== undefined) {
      await holdBack(wait);
      throw new RateLimitError();
    }
    // Slack has answered and will answer so again: trying each few seconds would only use up its allowance.
    const name = slackErrorName(error);
    if (name === undefined) throw error;
    if (now() - (endedAt ?? now()) > giveUpMs) await drawn();
    throw new UnrecoverableError(`Slack answered ${name} to the thread of ${id}`);
  }
}
