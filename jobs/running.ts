import type { Job, Worker } from 'bullmq';
import { workerDefaults } from '../src/queue/names.ts';

/** A lock that was not renewed for this share of its life is given up before another worker can take it. */
const giveUpShare = 0.8;
const lookEveryMs = 1_000;

/**
 * Cancels the jobs whose lock this worker is about to lose, or has lost: while Redis was away longer than
 * the lock lives, another worker may run the same job, and two must not act at once.
 * BullMQ's own bookkeeping goes by job id and forgets a new run when an old one ends, so this keeps its own.
 */
export function watchLocks<Data>(worker: Worker<Data, void>, now: () => number): { stop(): void } {
  const renewed = new Map<string, number>();
  worker.on('active', (job) => {
    if (job.id !== undefined) renewed.set(job.id, now());
  });
  const ended = (job: Job<Data> | undefined) => {
    if (job?.id !== undefined) renewed.delete(job.id);
  };
  worker.on('completed', ended).on('failed', ended);
  worker.on('locksRenewed', ({ jobIds }) => {
    for (const id of jobIds) if (renewed.has(id)) renewed.set(id, now());
  });
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) letGo(id);
  });
  const timer = setInterval(() => {
    const oldest = now() - giveUpShare * workerDefaults.lockDuration;
    for (const [id, at] of renewed) if (at < oldest) letGo(id);
  }, lookEveryMs);

  function letGo(id: string): void {
    renewed.delete(id);
    worker.cancelJob(id, 'lock lost');
  }
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
