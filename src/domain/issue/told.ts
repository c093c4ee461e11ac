import { z } from 'zod';

/** What became of the comment of an operation. */
export const toldSchema = z.object({
  /** `owed`: it is tried until it arrives. `refused`: it did not, and will not. */
  kind: z.enum(['owed', 'told', 'refused']),
  /** When the operation was over. Milliseconds since 1970, as below. */
  since: z.number().int(),
  tries: z.number().int().nonnegative(),
  /** Not before that. */
  nextAt: z.number().int(),
  /** Why it has not arrived, in the words of GitHub or our own. */
  reason: z.string().optional(),
  /** Address of the comment. */
  url: z.string().optional(),
  /** The issue was closed with it. */
  closed: z.boolean().optional(),
});
export type Told = z.infer<typeof toldSchema>;
