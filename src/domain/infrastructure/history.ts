import { z } from 'zod';

export const appliedEntrySchema = z.object({
  operation: z.string(),
  /** Full commit of the configuration; empty where it has no history. */
  commit: z.string(),
  byName: z.string(),
  /** False from the beginning of an apply, true once all of its operation went well. */
  good: z.boolean(),
  /** Milliseconds since 1970. */
  at: z.number().int().nonnegative(),
});
/** Something that was applied to the infrastructure of an environment. */
export type AppliedEntry = z.infer<typeof appliedEntrySchema>;

/**
 * Where a rollback leads: the last configuration that went well, or the one before where nothing else was applied since.
 * Pure. @param entries oldest first
 */
export function goodBefore(entries: readonly AppliedEntry[]): AppliedEntry | undefined {
  const now = entries.at(-1);
  const good = entries.filter((entry) => entry.good && entry.commit !== '');
  // What failed half-way is left for the last good one, which may be of the same commit.
  return now?.good === true ? good.findLast(({ commit }) => commit !== now.commit) : good.at(-1);
}

/** What was applied last, well or not. */
export function lastApplied(entries: readonly AppliedEntry[]): string | undefined {
  return entries.at(-1)?.commit;
}

/** Whether what was applied last went well by now: an apply whose operation failed later is still what users have. */
export function isLastGood(entries: readonly AppliedEntry[]): boolean {
  return entries.at(-1)?.good !== false;
}
