import type { SuitePlan } from '../../src/domain/suite/plan.ts';
import type { SuiteRun } from '../../src/domain/suite/run.ts';

export type SuiteProblem = NonNullable<SuiteRun['problem']>;

/** How a suite ended, before its report is read. */
export interface Ended {
  /** Its exit code, or 0 and 1 for what has none. Absent: it did not end by itself. */
  readonly exitCode?: number;
  /** What kept it from ending well. */
  readonly problem?: SuiteProblem;
  /** The last lines of its output. */
  readonly tail: readonly string[];
  /** The report, piece by piece. Undefined: there is none. */
  readonly report: AsyncIterable<Uint8Array> | undefined;
  /** Why there is none, where that is known. */
  readonly missing?: string;
  /** Where more can be read. */
  readonly url?: string;
}

/** What a command and a job are both asked. */
export interface RunAsked {
  readonly plan: SuitePlan;
  readonly env: Readonly<Record<string, string>>;
  /** Added to its own. */
  readonly args: readonly string[];
  readonly operation: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}
