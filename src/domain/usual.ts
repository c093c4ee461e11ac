import { z } from 'zod';
import { stepNames } from './plan.ts';

/** How long something took before, in milliseconds. */
export const usualSchema = z.object({
  median: z.number().nonnegative(),
  /** In 9 of 10 it was over by then. */
  p90: z.number().nonnegative(),
  /** How many times it was measured: at least three. */
  samples: z.number().int().positive(),
});
export type Usual = z.infer<typeof usualSchema>;

export const estimatesSchema = z.object({
  /** From its start to its end, without the time that it waited for an approval. Absent: it is not known. */
  whole: usualSchema.optional(),
  /** By step; absent where it is not known. */
  steps: z.partialRecord(z.enum(stepNames), usualSchema),
});
export type Estimates = z.infer<typeof estimatesSchema>;

/** What an operation adds to what is known, in milliseconds. */
export const durationsSchema = z.object({
  operation: z.string(),
  whole: z.number().nonnegative().optional(),
  steps: z.partialRecord(z.enum(stepNames), z.number().nonnegative()),
});
export type Durations = z.infer<typeof durationsSchema>;
