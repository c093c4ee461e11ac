import { z } from 'zod';

/** One thing that a deploy changes. Values of variables are in none. */
export const changeSchema = z.object({
  /** What people call it: `memory`, `env LOG_LEVEL`. */
  field: z.string(),
  /** Absent: there was none, or it is not told. */
  before: z.string().optional(),
  /** Absent: there will be none. */
  after: z.string().optional(),
});
export type Change = z.infer<typeof changeSchema>;
