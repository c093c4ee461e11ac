import type { Cloud } from '../../src/cloud/index.ts';
import { CloudError, grpcCode } from '../../src/cloud/errors.ts';
import type { ExecutionEnd } from '../../src/cloud/jobs.ts';
import type { SuiteJob } from '../../src/domain/suite/plan.ts';
import type { Ended, RunAsked } from './ended.ts';
import { told } from './words.ts';

/** Faults of the configuration, which trying again does not mend. */
const ours: ReadonlySet<number> = new Set([
  grpcCode.NOT_FOUND,
  grpcCode.INVALID_ARGUMENT,
  grpcCode.FAILED_PRECONDITION,
]);
/** A report may bear a time just before the one at which Cloud Run says that the execution began. */
const clockMs = 5_000;

export interface JobRequest extends RunAsked {
  readonly run: SuiteJob;
  /** By which the execution is found again. */
  readonly mark: string;
  /** Whether an earlier try may have begun it. */
  readonly begunBefore: boolean;
  readonly cloud: Pick<Cloud, 'jobs' | 'objects'>;
}

/** Runs the job of a suite to its end. @throws CloudError, or the signal's reason when it aborts */
export async function runJob(request: JobRequest): Promise<Ended> {
  const { plan, run, env, operation, mark, begunBefore, cloud, signal, onLine } = request;
  const args = run.args?.map((each) => told(each, operation)).concat(request.args);
  const { timeoutMs } = plan;
  const asked = { job: run, mark, env: { ...plan.env, ...env }, args, timeoutMs, begunBefore };
  let name: string;
  try {
    name = await cloud.jobs.start(asked, signal);
  } catch (error) {
    if (!(error instanceof CloudError) || !ours.has(error.code)) throw error;
    const summary = `${plan.name} could not be started as the job ${run.job}.`;
    return {
      tail: [],
      report: undefined,
      problem: { code: 'SUITE_NOT_STARTED', summary, evidence: [error.message] },
    };
  }
  const onProgress = (ended: number, all: number) => {
    onLine(`${ended} of ${all} tasks ended`);
  };
  const end = await cloud.jobs.end(name, { timeoutMs, onProgress }, signal);
  if (end === undefined) await cloud.jobs.cancel(name, signal);
  return { ...endedBy(end, request), ...(await reportOf(end, request)) };
}

function endedBy(end: ExecutionEnd | undefined, { plan }: JobRequest): Omit<Ended, 'report'> {
  const { name, timeoutMs } = plan;
  const url = end?.logUrl === undefined ? {} : { url: end.logUrl };
  const tail = end?.detail === undefined ? [] : [end.detail.slice(0, 300)];
  if (end === undefined || (end.kind === 'failed' && /time[d -]*out|deadline/i.test(end.detail ?? '')))
    return {
      tail,
      ...url,
      problem: {
        code: 'SUITE_TIMED_OUT',
        summary: `${name} was ended after ${Math.round(timeoutMs / 1000)} s.`,
        evidence: tail,
      },
    };
  if (end.kind === 'cancelled')
    return {
      tail,
      ...url,
      problem: {
        code: 'SUITE_EXIT',
        summary: `The execution of ${name} was cancelled by somebody else.`,
        evidence: tail,
      },
    };
  return { tail, ...url, exitCode: end.kind === 'succeeded' ? 0 : 1 };
}

async function reportOf(
  end: ExecutionEnd | undefined,
  { plan, operation, cloud, signal }: JobRequest,
): Promise<Pick<Ended, 'report' | 'missing'>> {
  const { from } = plan.report;
  if (from.kind !== 'object') return { report: undefined };
  const place = { bucket: from.bucket, object: told(from.object, operation) };
  if (end === undefined) return { report: undefined, missing: 'The execution did not end' };
  const found = await cloud.objects.get(place, signal);
  const where = `gs://${place.bucket}/${place.object}`;
  if (found.kind === 'none') return { report: undefined, missing: `${where}: ${found.why}` };
  const fresh = found.updatedAt >= end.startedAt - clockMs;
  return fresh
    ? { report: found.bytes }
    : {
        report: undefined,
        missing: `${where} is from ${new Date(found.updatedAt).toISOString()}, before the tests began`,
      };
}
