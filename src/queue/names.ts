import { z } from 'zod';

/** One hash tag for all of slipway's keys, so that BullMQ works on a Redis Cluster too. */
export const queuePrefix = '{slipway}';

export const queueNames = { operations: 'operations', announce: 'announce' } as const;

/** The whole of a job: the ledger knows the rest. */
export const payloadSchema = z.object({ operation: z.string().min(1) });
export type Payload = z.infer<typeof payloadSchema>;

/**
 * Worker settings measured for jobs that last hours and must survive many crashes: after a kill a lock lives up to
 * 15 s more, and a look for stalled jobs finds it up to 4 s later, so another worker goes on within 20 s (BullMQ's
 * defaults: 48 s in the median; `test/bench/takeover.bench.ts`). Stalls are counted over a job's whole life, so the
 * default of one would fail a long job at its second crash.
 */
export const workerDefaults = {
  lockDuration: 15_000,
  stalledInterval: 4_000,
  maxStalledCount: 20,
} as const;

/**
 * Slack allows about 50 chat.update a minute for a workspace (tier 3), and a message a second in a channel. Short
 * windows keep a burst from blocking the announcement of an end or an approval for most of a minute, and hundreds of
 * alerts from running into the limit of their channel again and again.
 */
export const announceLimit = { max: 4, duration: 5_000 } as const;
