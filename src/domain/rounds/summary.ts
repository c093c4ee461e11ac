import { z } from 'zod';
import { suiteProblemCodes } from '../suite/run.ts';

const count = z.number().int().nonnegative();
const ids = z.array(z.string());

/** Failures with one cause. */
export const findingSchema = z.object({
  cause: z.string(),
  /** Ids of its tests, those of the first module first. */
  tests: ids,
  /** Of one of them. */
  excerpt: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What one round brought, compared with the one before. */
export const roundSummarySchema = z.object({
  /** How the operation of the round ended. */
  outcome: z.string(),
  /** Reason code of its failure. */
  code: z.string().optional(),
  /** What stood in its way, by name. */
  blockers: ids.optional(),
  modules: z.object({ green: count, all: count }),
  tests: z.object({ passed: count, failed: count, skipped: count }),
  fixed: ids,
  broken: ids,
  failing: ids,
  /** Failed before, and were not run now: skipped, or gone. */
  missing: ids.default([]),
  /** Failed, and passed when run again. */
  flaky: ids,
  findings: z.array(findingSchema),
  /** Suites that could not tell. */
  problems: z.array(z.object({ suite: z.string(), code: z.enum(suiteProblemCodes), summary: z.string() })),
  tookMs: z.number().nonnegative(),
});
export type RoundSummary = z.infer<typeof roundSummarySchema>;
