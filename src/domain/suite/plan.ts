import type { SuiteSelection } from './run.ts';

/** A suite of tests as it is run in one environment. Comes from the configuration. */
export interface SuitePlan {
  readonly name: string;
  readonly run: SuiteCommand | SuiteJob;
  readonly report: SuiteReport;
  /** Milliseconds until it is ended. */
  readonly timeoutMs: number;
  /** Names and values; those that came from slipway's own environment may be secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Arguments that make it run only some tests; `${tests}` stands for them. Absent: a failing test is not run again. */
  readonly rerun?: readonly string[] | undefined;
}

/** A program on the worker. */
export interface SuiteCommand {
  readonly kind: 'command';
  /** The program and its arguments; no shell sees them. */
  readonly command: readonly string[];
  /** Absent: the folder of the worker. */
  readonly cwd?: string | undefined;
  /** What any program needs of the worker's own environment to be found and to run; no secret is in it. */
  readonly base: Readonly<Record<string, string>>;
}

/** A job of Cloud Run. */
export interface SuiteJob {
  readonly kind: 'cloud-run-job';
  readonly job: string;
  readonly project: string;
  readonly region: string;
  /** Absent: those of the job. */
  readonly args?: readonly string[] | undefined;
  /** The container that gets them. Absent: the job has one. */
  readonly container?: string | undefined;
  /** Absent: as many as the job has. */
  readonly tasks?: number | undefined;
}

export const reportFormats = ['junit', 'tap', 'pytest', 'jest'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface SuiteReport {
  readonly format: ReportFormat;
  readonly from:
    | { readonly kind: 'stdout' }
    /** Relative to the folder in which the suite runs. */
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'object'; readonly bucket: string; readonly object: string };
}

/** What an operation runs: what was asked for, else what the environment asks of a deploy. Undefined: nothing. */
export function selectionOf(
  { suites }: { readonly suites?: { readonly afterDeploy: readonly string[] } | undefined },
  asked: { readonly kind: string; readonly suites?: SuiteSelection | undefined },
): SuiteSelection | undefined {
  if (asked.suites !== undefined) return asked.suites;
  const names = asked.kind === 'deploy' ? (suites?.afterDeploy ?? []) : [];
  return names.length === 0 ? undefined : { names: [...names], gate: true };
}
