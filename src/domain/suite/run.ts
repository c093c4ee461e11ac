import { z } from 'zod';

/** Which suites an operation runs. */
export const suiteSelectionSchema = z.object({
  /** Keys of `suites` in the configuration; at least one. */
  names: z.array(z.string()).min(1),
  /** Whether a failing test fails the operation, which takes a deploy back. */
  gate: z.boolean(),
  /** By suite, the tests to run; absent: all of them. */
  only: z.record(z.string(), z.array(z.string())).optional(),
});
export type SuiteSelection = z.infer<typeof suiteSelectionSchema>;

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

const countsSchema = z.object({ passed: count, failed: count, skipped: count });

/** A file or class of tests, as the report names it. */
export const moduleSchema = countsSchema.extend({
  name: z.string(),
  /** Milliseconds of its tests together. */
  tookMs: ms,
});
export type Module = z.infer<typeof moduleSchema>;

export const failedTestSchema = z.object({
  /** `module › test`: the same in each run, so runs are compared by it. */
  id: z.string(),
  module: z.string(),
  test: z.string(),
  /** The first line of what it said, at most 300 characters. */
  message: z.string(),
  /** The lines around it that explain, at most 1,500 characters. */
  excerpt: z.string(),
  /** What its failures have in common with others: those with one cause are one finding. */
  cause: z.string(),
  /** When it was run once more: passed means flaky. */
  again: z.enum(['passed', 'failed']).optional(),
});
export type FailedTest = z.infer<typeof failedTestSchema>;

/** Why a suite says nothing of its tests, or not the whole. */
export const suiteProblemCodes = [
  'SUITE_NOT_STARTED',
  'SUITE_TIMED_OUT',
  'SUITE_SILENT',
  'SUITE_UNREADABLE',
  'SUITE_TOO_LARGE',
  'SUITE_EXIT',
] as const;

export const suiteRunSchema = z.object({
  suite: z.string(),
  way: z.enum(['command', 'cloud-run-job']),
  /** Milliseconds since 1970. */
  at: count,
  tookMs: ms,
  counts: countsSchema,
  modules: z.array(moduleSchema),
  /** Failures, at most 200; `counts` has all of them. */
  failed: z.array(failedTestSchema),
  /** Ids of those that passed and were skipped, at most 5,000 together: the next run is compared with them. */
  passed: z.array(z.string()),
  skipped: z.array(z.string()),
  /** Absent: the report was read whole and agrees with how the program ended. */
  problem: z
    .object({ code: z.enum(suiteProblemCodes), summary: z.string(), evidence: z.array(z.string()) })
    .optional(),
  /** Where more can be read: an address of Google's console. */
  url: z.string().optional(),
});
export type SuiteRun = z.infer<typeof suiteRunSchema>;

/** Whether all of its tests passed, and it said so. Tests that passed when they were run again count as passed. */
export function isGreen({ problem, counts, failed }: SuiteRun): boolean {
  const flaky = failed.filter(({ again }) => again === 'passed').length;
  return problem === undefined && counts.failed - flaky === 0 && counts.passed + flaky > 0;
}
