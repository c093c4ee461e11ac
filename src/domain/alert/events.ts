import { z } from 'zod';
import { originSchema } from '../cause/origin.ts';
import { symptoms } from '../monitor/round.ts';

/** Milliseconds since 1970, UTC. */
const at = z.number().int().nonnegative();
const hand = { at, by: z.string(), byName: z.string() };

/** What was measured of a symptom, against its limit. */
export const measuredSchema = z.object({
  /** Share, 0 to 1. */
  value: z.number(),
  limit: z.number(),
  samples: z.number().int(),
  failures: z.number().int(),
  /** Classes of diagnosis, the most frequent first. */
  diagnoses: z.array(z.string()),
});
export type Measured = z.infer<typeof measuredSchema>;

/** What a team was told, or is to be told, by a page. */
export const callSchema = z.object({
  team: z.string(),
  action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedupKey: z.string(),
});
export type Call = z.infer<typeof callSchema>;

/**
 * Everything that can happen to the alert of one symptom of one target. Its journal holds every firing there was, one
 * after the other.
 */
export const alertEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('fired'),
    at,
    environment: z.string(),
    service: z.string(),
    symptom: z.enum(symptoms),
    /** Counts the threads of this symptom: a firing within a day of the last one goes on in the same thread. */
    thread: z.number().int().positive(),
    channel: z.string(),
    /** When the first bad round was. */
    since: at,
    measured: measuredSchema,
    /** Name of the team to page. */
    page: z.string().optional(),
    /** The rule only says what it would have done. */
    dryRun: z.boolean(),
    /** Hardly above its limit, for long. Absent: no. */
    slow: z.boolean().optional(),
    /** The deploy that is to be taken back for it. */
    takeBack: z.string().optional(),
  }),
  z.object({ type: z.literal('acknowledged'), ...hand }),
  z.object({ type: z.literal('snoozed'), ...hand, until: at }),
  /** A snooze ended and it is as bad as before. */
  z.object({ type: z.literal('woken'), at, measured: measuredSchema }),
  z.object({ type: z.literal('escalated'), at, team: z.string() }),
  /** It is much worse than what was told last. */
  z.object({ type: z.literal('worsened'), at, measured: measuredSchema }),
  /** The log of who serves names a cause. */
  z.object({ type: z.literal('explained'), at, cause: z.string(), origin: originSchema }),
  /** Users are taken back because of it. */
  z.object({ type: z.literal('rolled-back'), at, operation: z.string() }),
  /** A page was handed over to be delivered; what becomes of it the pages tell. */
  z.object({ type: z.literal('paged'), at, ...callSchema.shape }),
  z.object({ type: z.literal('resolved'), at, measured: measuredSchema }),
  /** Nothing measures it any more, so it can neither go on nor be over. */
  z.object({ type: z.literal('closed'), at, reason: z.literal('RULE_REMOVED') }),
  /** Somebody wants its thread to show what was measured. */
  z.object({ type: z.literal('checked'), ...hand }),
]);
export type AlertEvent = z.infer<typeof alertEventSchema>;
export type AlertEventOf<Type extends AlertEvent['type']> = Extract<AlertEvent, { type: Type }>;
