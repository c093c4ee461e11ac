import { z } from 'zod';

/** One hash tag for all of slipway's keys, so that BullMQ works on a Redis Cluster too. */
export const queuePrefix = '{slipway}';

export const queueNames = {
  operations: 'operations',
  announce: 'announce',
  home: 'home',
  /** A queue of its own: rounds come often and must not wait behind what takes hours. */
  monitors: 'monitors',
} as const;

/** The whole of a job: the ledger knows the rest. */
export const payloadSchema = z.object({ operation: z.string().min(1) });
export type Payload = z.infer<typeof payloadSchema>;

/** Whose Home tab is to be drawn: a Slack user id. */
export const homePayloadSchema = z.object({ user: z.string().min(1) });
export type HomePayload = z.infer<typeof homePayloadSchema>;
/** One round of probes of one environment. */
export const roundSchema = z.object({ environment: z.string().min(1) });
export type RoundPayload = z.infer<typeof roundSchema>;

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

/** Of threads: how long a share of the allowance is for. */
export const announceWindowMs = 5_000;

/**
 * Slack allows about 50 chat.update a minute for a workspace (tier 3), and a message a second in a channel. Short
 * windows keep a burst from blocking the announcement of an end or an approval for most of a minute, and hundreds of
 * alerts from running into the limit of their channel again and again.
 */
export function announceLimit(updatesPerMinute: number): { readonly max: number; readonly duration: number } {
  return { max: Math.max(1, Math.floor(updatesPerMinute / 12)), duration: announceWindowMs };
}

/** Slack allows about 100 views.publish a minute for a workspace (tier 4); modals need some of the tier's methods too. */
export const homeLimit = { max: 10, duration: 10_000 } as const;
