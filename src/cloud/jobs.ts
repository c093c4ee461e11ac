import type { protos } from '@google-cloud/run';
import type { SuiteJob } from '../domain/suite/plan.ts';
import type { GoogleClients } from './clients.ts';
import { enumName } from './enum-name.ts';
import { executionReasons } from './enums.ts';
import { CloudError, callOptions, codeOf, grpcCode, missing, reading, writing } from './errors.ts';
import { jobName } from './names.ts';
import { poll } from './poll.ts';
import { stateOf } from './service-view.ts';

type Execution = protos.google.cloud.run.v2.IExecution;

/** A list may be a little behind what was created. */
const listLagMs = 5_000;
/** Time until the first task begins and the end is told, beside the time-out of the tasks. */
const aroundMs = 5 * 60_000;

/** The variable by which an execution is found again; executions cannot be named. */
const markName = 'SLIPWAY_RUN';

export interface ExecutionRequest {
  readonly job: SuiteJob;
  /** One mark, one execution. */
  readonly mark: string;
  /** Merged with those of the job. */
  readonly env: Readonly<Record<string, string>>;
  /** Instead of those of the job. Absent: those. */
  readonly args?: readonly string[] | undefined;
  /** Milliseconds that a task may take. */
  readonly timeoutMs: number;
  /** Whether an earlier try may have begun it: then it is looked for with patience. Default false. */
  readonly begunBefore?: boolean;
}

export interface ExecutionEnd {
  readonly kind: 'succeeded' | 'failed' | 'cancelled';
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Milliseconds since 1970; 0 where Cloud Run does not say. */
  readonly startedAt: number;
  /** Cloud Run's own words, where it failed. */
  readonly detail?: string;
  readonly logUrl?: string;
}

/** Jobs of Cloud Run, as far as test suites need them. Needs run.jobs.runWithOverrides and run.executions.*. */
export class CloudJobs {
  readonly #google: Pick<GoogleClients, 'jobs' | 'executions'>;

  constructor(google: Pick<GoogleClients, 'jobs' | 'executions'>) {
    this.#google = google;
  }

  /**
   * Begins an execution, or finds the one that was begun already: a worker may die, or an answer be lost, between its
   * creation and its record. @returns its full name.
   */
  async start(request: ExecutionRequest, signal: AbortSignal): Promise<string> {
    let mayExist = request.begunBefore === true;
    const startOnce = async () => {
      const found = await this.find(request, { signal, forMs: mayExist ? listLagMs : 0 });
      // From here on a lost answer may hide an execution.
      mayExist = true;
      return found ?? (await this.#run(request));
    };
    return writing(`Running the job ${request.job.job}`, startOnce, signal);
  }

  /** Why there is nothing to run, in Google's words; undefined when there is. @throws CloudError when that is not known. */
  async problem(job: SuiteJob, signal: AbortSignal): Promise<string | undefined> {
    const read = () => this.#google.jobs.getJob({ name: jobName(job) }, callOptions);
    return missing(reading(`Reading the job ${job.job}`, read, signal));
  }

  async find(
    { job, mark }: Pick<ExecutionRequest, 'job' | 'mark'>,
    options: { readonly signal: AbortSignal; readonly forMs: number },
  ): Promise<string | undefined> {
    const query = { parent: jobName(job), pageSize: 100 };
    return poll(async () => {
      const [executions] = await this.#google.executions.listExecutions(query, {
        ...callOptions,
        autoPaginate: false,
      });
      return executions.find((execution) => markOf(execution) === mark)?.name ?? undefined;
    }, options);
  }

  async #run({ job, mark, env, args, timeoutMs }: ExecutionRequest): Promise<string> {
    const variables = Object.entries({ ...env, [markName]: mark });
    const [operation] = await this.#google.jobs.runJob(
      {
        name: jobName(job),
        overrides: {
          containerOverrides: [
            {
              name: job.container ?? '',
              env: variables.map(([name, value]) => ({ name, value })),
              args: args === undefined ? [] : [...args],
            },
          ],
          taskCount: job.tasks ?? 0,
          timeout: { seconds: Math.ceil(timeoutMs / 1000) },
        },
      },
      callOptions,
    );
    const metadata = operation.metadata as Execution | null | undefined;
    if (metadata?.name) return metadata.name;
    const signal = AbortSignal.timeout(listLagMs);
    const name = await this.find({ job, mark }, { signal, forMs: listLagMs });
    if (name === undefined)
      throw new CloudError('The new execution cannot be found', grpcCode.NOT_FOUND, undefined);
    return name;
  }

  /**
   * Waits for its end.
   * @param onProgress hears how many tasks have ended, and of how many
   * @returns undefined when it does not end
   */
  async end(
    name: string,
    { timeoutMs, onProgress }: { timeoutMs: number; onProgress: (ended: number, all: number) => void },
    signal: AbortSignal,
  ): Promise<ExecutionEnd | undefined> {
    const look = async () => {
      const execution = await this.#get(name, signal);
      const { succeededCount, failedCount, cancelledCount, taskCount } = execution;
      onProgress((succeededCount ?? 0) + (failedCount ?? 0) + (cancelledCount ?? 0), taskCount ?? 0);
      return endOf(execution);
    };
    return poll(look, { signal, forMs: timeoutMs + aroundMs });
  }

  /** Ends it, if it still runs. Twice is safe: an ended execution stays as it is. */
  async cancel(name: string, signal: AbortSignal): Promise<void> {
    if (endOf(await this.#get(name, signal)) !== undefined) return;
    try {
      await writing(
        'Cancelling the execution',
        () => this.#google.executions.cancelExecution({ name }, callOptions),
        signal,
      );
    } catch (error) {
      // It has ended meanwhile, by itself or by an earlier try.
      if (codeOf(error) !== grpcCode.FAILED_PRECONDITION) throw error;
    }
  }

  async #get(name: string, signal: AbortSignal): Promise<Execution> {
    const read = () => this.#google.executions.getExecution({ name }, callOptions);
    return (await reading('Reading the execution', read, signal))[0];
  }
}

/** What an execution overrides shows in its template. */
function markOf({ template }: Execution): string | undefined {
  const variables = (template?.containers ?? []).flatMap(({ env }) => env ?? []);
  return variables.find(({ name }) => name === markName)?.value ?? undefined;
}

function endOf(execution: Execution): ExecutionEnd | undefined {
  const { completionTime, succeededCount, failedCount, cancelledCount, logUri, startTime } = execution;
  const completed = execution.conditions?.find(({ type }) => type === 'Completed');
  const state = stateOf(completed);
  if (!completionTime && state !== 'CONDITION_FAILED' && state !== 'CONDITION_SUCCEEDED') return undefined;
  const reason = enumName(executionReasons, completed?.executionReason);
  const cancelled = (cancelledCount ?? 0) > 0 || reason === 'CANCELLED';
  return {
    kind: cancelled
      ? 'cancelled'
      : (failedCount ?? 0) > 0 || state === 'CONDITION_FAILED'
        ? 'failed'
        : 'succeeded',
    succeeded: succeededCount ?? 0,
    failed: failedCount ?? 0,
    cancelled: cancelledCount ?? 0,
    startedAt: Number(startTime?.seconds ?? 0) * 1000,
    ...(completed?.message ? { detail: completed.message } : {}),
    ...(logUri ? { logUrl: logUri } : {}),
  };
}
