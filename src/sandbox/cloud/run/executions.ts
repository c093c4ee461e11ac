import { invalidArgument, RpcError } from '../errors.ts';
import { permissionDenied } from '../faults.ts';
import type { OperationMessage, Operations } from '../operations.ts';
import type { Pace } from '../pace.ts';
import type { Objects } from '../storage/objects.ts';
import { milliseconds, pack, page, timestamp } from '../wire.ts';
import {
  conditionOf,
  type Execution,
  type ExecutionView,
  type JobWork,
  messageOf,
  newExecution,
  type RunJobRequest,
  stateOf,
} from './execution.ts';

/** Demo milliseconds until the first task begins. */
const startDelay = 1_000;
export interface ExecutionTools {
  readonly pace: Pace;
  readonly operations: Operations;
  readonly objects: Objects;
  readonly projects: ReadonlySet<string>;
}

/** google.cloud.run.v2.Jobs (GetJob and RunJob) and Executions. */
export class Executions {
  readonly #tools: ExecutionTools;
  readonly #jobs = new Map<string, JobWork>();
  readonly #executions: Execution[] = [];

  constructor(tools: ExecutionTools) {
    this.#tools = tools;
  }

  /** @param name `project/job` */
  define(name: string, work: JobWork): void {
    this.#jobs.set(name, work);
  }

  views(): readonly ExecutionView[] {
    return this.#executions.map((execution) => ({
      name: execution.name,
      env: execution.env,
      args: execution.args,
      state: stateOf(execution),
    }));
  }

  async run(request: RunJobRequest): Promise<OperationMessage> {
    const { project, location, work } = this.#findJob(request.name);
    const execution = newExecution(request);
    const packed = () => pack('google.cloud.run.v2.Execution', messageOf(execution));
    const parent = `projects/${project}/locations/${location}`;
    if (request.validateOnly)
      return this.#tools.operations.finished({
        parent,
        resource: execution.name,
        metadata: packed,
        response: packed(),
      });
    this.#executions.push(execution);
    return this.#tools.operations.start({
      parent,
      resource: execution.name,
      metadata: packed,
      work: this.#execute(execution, work).then(packed),
    });
  }

  /** Its name alone: nobody here asks for more. */
  job({ name }: { readonly name: string }): object {
    this.#findJob(name);
    return { name };
  }

  get({ name }: { readonly name: string }): object {
    return messageOf(this.#find(name));
  }

  /** Newest first, as the API lists them. */
  list(request: { readonly parent: string; readonly pageSize: number; readonly pageToken: string }): {
    executions: object[];
    nextPageToken: string;
  } {
    this.#findJob(request.parent);
    const all = this.#executions.filter(({ name }) => name.startsWith(`${request.parent}/executions/`));
    const { items, nextPageToken } = page(all.toReversed(), request);
    return { executions: items.map(messageOf), nextPageToken };
  }

  async cancel({ name }: { readonly name: string }): Promise<OperationMessage> {
    const execution = this.#find(name);
    if (execution.completionTime !== null)
      throw new RpcError('FAILED_PRECONDITION', `Execution '${name}' has already completed.`);
    const packed = () => pack('google.cloud.run.v2.Execution', messageOf(execution));
    execution.cancel.abort('cancelled');
    const parent = name.split('/').slice(0, 4).join('/');
    return this.#tools.operations.finished({ parent, resource: name, metadata: packed, response: packed() });
  }

  stop(): void {
    for (const { cancel } of this.#executions) cancel.abort('cancelled');
  }

  async #execute(execution: Execution, work: JobWork): Promise<void> {
    const { objects, pace } = this.#tools;
    const { env, args, cancel, tasks, timeout } = execution;
    const cancelled = new Promise<void>((resolve) => {
      cancel.signal.addEventListener('abort', () => {
        resolve();
      });
    });
    await Promise.race([pace.wait(startDelay), cancelled]);
    execution.startTime = timestamp(Date.now());
    const late = AbortSignal.timeout(milliseconds(timeout));
    const signal = AbortSignal.any([cancel.signal, late]);
    const ended = new Promise<number>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(1);
      });
      if (signal.aborted) resolve(1);
    });
    const one = async (): Promise<void> => {
      const task = { env, args, signal, upload: objects.put.bind(objects) };
      const code = await Promise.race([
        ended,
        Promise.resolve(task)
          .then(work)
          .catch(() => 1),
      ]);
      if (cancel.signal.aborted) execution.cancelled += 1;
      else if (code === 0) execution.succeeded += 1;
      else execution.failed += 1;
    };
    await Promise.all(Array.from({ length: tasks }, one));
    execution.completionTime = timestamp(Date.now());
    execution.condition = conditionOf(execution);
  }

  #findJob(name: string) {
    const [, project = '', location = '', job = ''] =
      /^projects\/([^/]+)\/locations\/([^/]+)\/jobs\/([^/]+)$/.exec(name) ?? [];
    if (job === '') throw invalidArgument(`Invalid resource name: '${name}'.`);
    if (!this.#tools.projects.has(project)) throw permissionDenied('RunJob', name);
    const work = this.#jobs.get(`${project}/${job}`);
    if (work === undefined)
      throw new RpcError(
        'NOT_FOUND',
        `Resource '${job}' of kind 'JOB' in region '${location}' in project '${project}' does not exist.`,
      );
    return { project, location, work };
  }

  #find(name: string): Execution {
    const found = this.#executions.find((execution) => execution.name === name);
    if (found !== undefined) return found;
    throw new RpcError('NOT_FOUND', `Resource '${name}' of kind 'EXECUTION' does not exist.`);
  }
}
