import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cloud } from '../../src/cloud/index.ts';
import type { SuitePlan } from '../../src/domain/suite/plan.ts';
import type { SuiteRun } from '../../src/domain/suite/run.ts';
import { readReport } from '../../src/probes/suite/report.ts';
import { ReportError } from '../../src/probes/suite/report-error.ts';
import { Tally, type Tallied } from '../../src/probes/suite/tally.ts';
import { rootOf, runCommand } from './command.ts';
import { runJob } from './job.ts';
import type { Ended, SuiteProblem } from './ended.ts';
import { hiding, onlyArgs } from './words.ts';

/** More failing tests than this are no flakes: they are not run again. */
const mostAgain = 50;

export interface SuiteRequest {
  readonly plan: SuitePlan;
  /** What the suite is told (jobs/suite/where.ts). */
  readonly env: Readonly<Record<string, string>>;
  /** Id of the operation. */
  readonly operation: string;
  /** Names this operation and no other, also after a loss of the ledger. */
  readonly uid: string;
  /** Whether an earlier try may have begun it. */
  readonly begunBefore: boolean;
  readonly cloud: Pick<Cloud, 'jobs' | 'objects'>;
  /** Ids of the tests to run. Absent: all. */
  readonly only?: readonly string[] | undefined;
  /** Whether it is the second run of the same operation. Default false. */
  readonly again?: boolean;
  readonly signal: AbortSignal;
  /** Hears what it says while it runs. */
  readonly onLine: (line: string) => void;
  readonly now: () => number;
}

/**
 * Runs a suite and reads its report, and runs the tests that failed once more where the suite knows how.
 * @throws the signal's reason when it aborts; whatever a suite does wrong is a problem of its run
 */
export async function runSuite(request: SuiteRequest): Promise<SuiteRun> {
  const first = await runOnce(request);
  const { failed, problem } = first;
  const ids = failed.map(({ id }) => id);
  const again = ids.length > 0 && ids.length <= mostAgain && onlyArgs(request.plan, ids).length > 0;
  if (!again || problem !== undefined) return first;
  const second = await runOnce({ ...request, only: ids, again: true });
  const passed = new Set(second.passed);
  const still = new Set(second.failed.map(({ id }) => id));
  return {
    ...first,
    tookMs: first.tookMs + second.tookMs,
    failed: failed.map((test) => {
      if (still.has(test.id)) return { ...test, again: 'failed' as const };
      return passed.has(test.id) ? { ...test, again: 'passed' as const } : test;
    }),
  };
}

async function runOnce(request: SuiteRequest): Promise<SuiteRun> {
  const { plan, now } = request;
  const at = now();
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-suite-'));
  try {
    const ended = await end(request, folder);
    const tally = new Tally(hiding(plan));
    const unread = await read(ended, tally, request);
    const told = tally.result();
    const problem = ended.problem ?? unread ?? contradiction(plan, ended, told);
    return {
      suite: plan.name,
      way: plan.run.kind,
      at,
      tookMs: now() - at,
      ...told,
      ...(problem === undefined ? {} : { problem: { ...problem, evidence: [...problem.evidence] } }),
      ...(ended.url === undefined ? {} : { url: ended.url }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function end(request: SuiteRequest, folder: string): Promise<Ended> {
  const { plan, only, again = false, ...rest } = request;
  const args = only === undefined ? [] : onlyArgs(plan, only);
  if (plan.run.kind === 'command')
    return runCommand({ ...rest, plan, run: plan.run, args, folder, hide: hiding(plan) });
  const mark = markOf(rest, plan.name, again ? 'again' : 'all');
  return runJob({ ...rest, plan, run: plan.run, args, mark });
}

/** By which the execution of a job is found again; an operation runs a suite whole, and then some of its tests. */
export function markOf(
  { operation, uid }: Pick<SuiteRequest, 'operation' | 'uid'>,
  suite: string,
  which: 'all' | 'again',
): string {
  return `${operation}-${uid}-${suite}-${which}`;
}

async function read(
  { report, missing, tail, exitCode }: Ended,
  tally: Tally,
  { plan }: SuiteRequest,
): Promise<SuiteProblem | undefined> {
  const silent = (summary: string, evidence: readonly string[]): SuiteProblem => ({
    code: 'SUITE_SILENT',
    summary,
    evidence: [...evidence, ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]), ...tail],
  });
  if (report === undefined)
    return silent(`${plan.name} has written no report.`, missing === undefined ? [] : [missing]);
  const root = plan.run.kind === 'command' ? rootOf(plan.run) : '/';
  try {
    await readReport({ format: plan.report.format, bytes: report, tally, fallback: plan.name, root });
    return undefined;
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    if (error.code === 'SUITE_SILENT') return silent(error.message, error.evidence);
    return { code: error.code, summary: error.message, evidence: [...error.evidence, ...tail.slice(-3)] };
  }
}

/** What the report says and how the suite ended must agree. */
function contradiction(
  { name }: SuitePlan,
  { exitCode, tail }: Ended,
  { counts: { passed, failed, skipped } }: Tallied,
): SuiteProblem | undefined {
  if (failed === 0 && passed === 0)
    return { code: 'SUITE_SILENT', summary: `All ${skipped} tests of ${name} were skipped.`, evidence: [] };
  if (exitCode === undefined || (exitCode === 0) === (failed === 0)) return undefined;
  return {
    code: 'SUITE_EXIT',
    summary:
      failed === 0
        ? `${name} ended with exit code ${exitCode}, though its report has no failing test.`
        : `${name} ended with exit code 0, though its report has ${failed} failing tests.`,
    evidence: [...tail],
  };
}
