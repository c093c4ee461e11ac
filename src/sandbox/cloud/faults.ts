import { RpcError, type StatusName } from './errors.ts';

export interface IncomingCall {
  readonly method: string;
  /** The resource that the request names, for the wording of a refusal. */
  readonly resource: string;
  readonly cancelled: () => boolean;
  /** Resolves when the caller gives up or dies. */
  readonly gone: Promise<void>;
}

interface Failure {
  readonly code: StatusName;
  readonly when: 'before' | 'after';
  left: number;
}

interface Hold {
  readonly method: string;
  readonly when: 'before' | 'after';
  readonly released: Promise<void>;
}

const PERMISSIONS: Readonly<Record<string, string>> = {
  GetService: 'run.services.get',
  ListServices: 'run.services.list',
  CreateService: 'run.services.create',
  UpdateService: 'run.services.update',
  DeleteService: 'run.services.delete',
  GetRevision: 'run.revisions.get',
  ListRevisions: 'run.revisions.list',
  DeleteRevision: 'run.revisions.delete',
  GetOperation: 'run.operations.get',
  RunJob: 'run.jobs.runWithOverrides',
  GetExecution: 'run.executions.get',
  ListExecutions: 'run.executions.list',
  CancelExecution: 'run.executions.cancel',
  CreateBuild: 'cloudbuild.builds.create',
  GetBuild: 'cloudbuild.builds.get',
  ListBuilds: 'cloudbuild.builds.list',
  CancelBuild: 'cloudbuild.builds.update',
  ListLogEntries: 'logging.logEntries.list',
  ListTimeSeries: 'monitoring.timeSeries.list',
};

/** As Google words it; the same answer for "may not" and "does not exist", so that names do not leak. */
export const permissionDenied = (method: string, resource: string): RpcError =>
  new RpcError(
    'PERMISSION_DENIED',
    `Permission '${PERMISSIONS[method] ?? method}' denied on resource '${resource}' (or resource may not exist).`,
  );

/** Faults that tests and the demo put into the stand-in's own calls. Methods go by their short name, `UpdateService`. */
export class Faults {
  readonly #failures = new Map<string, Failure[]>();
  readonly #holds = new Set<Hold>();
  readonly #held = new Map<string, number>();
  #down = false;

  /** The next `times` calls (default 1) fail. `after`: the work is done and only the answer is lost. Default `before`. */
  fail(method: string, code: StatusName, ...rest: [times?: number, when?: 'before' | 'after']): void {
    const [times = 1, when = 'before'] = rest;
    this.#failures.set(method, [...(this.#failures.get(method) ?? []), { code, when, left: times }]);
  }

  /** Calls wait until the returned function is called. A caller that gives up leaves the hold: nothing
   * is done when it was held `before` the work, all is done when held `after`. */
  hold(method: string, when: 'before' | 'after' = 'before'): () => void {
    const { promise, release } = latch();
    const hold: Hold = { method, when, released: promise };
    this.#holds.add(hold);
    return () => {
      this.#holds.delete(hold);
      release();
    };
  }

  /** How many calls of the method are waiting in a hold now. */
  held(method: string): number {
    return this.#held.get(method) ?? 0;
  }

  /** While down every call answers UNAVAILABLE; the services themselves go on serving. */
  down(on: boolean): void {
    this.#down = on;
  }

  /** Runs one call with the faults that are set for it. */
  async around<T>(call: IncomingCall, work: () => T | Promise<T>): Promise<T> {
    if (this.#down) throw new RpcError('UNAVAILABLE', 'The service is currently unavailable.');
    await this.#wait(call, 'before');
    if (call.cancelled()) throw new RpcError('CANCELLED', 'The caller went away.');
    this.#failIfAsked(call, 'before');
    const answer = await work();
    await this.#wait(call, 'after');
    this.#failIfAsked(call, 'after');
    return answer;
  }

  async #wait(call: IncomingCall, when: 'before' | 'after'): Promise<void> {
    const holds = [...this.#holds].filter((hold) => hold.method === call.method && hold.when === when);
    if (holds.length === 0) return;
    this.#held.set(call.method, this.held(call.method) + 1);
    await Promise.race([call.gone, Promise.all(holds.map((hold) => hold.released))]);
    this.#held.set(call.method, this.held(call.method) - 1);
  }

  #failIfAsked(call: IncomingCall, when: 'before' | 'after'): void {
    const failure = this.#failures.get(call.method)?.find((each) => each.left > 0 && each.when === when);
    if (failure === undefined) return;
    failure.left -= 1;
    throw failure.code === 'PERMISSION_DENIED'
      ? permissionDenied(call.method, call.resource)
      : new RpcError(failure.code, MESSAGES[failure.code] ?? `${failure.code} was asked for by a test.`);
  }
}

const MESSAGES: Partial<Record<StatusName, string>> = {
  UNAVAILABLE: 'The service is currently unavailable.',
  ABORTED: 'The operation was aborted.',
  DEADLINE_EXCEEDED: 'Deadline expired before operation could complete.',
  INTERNAL: 'Internal error encountered.',
  RESOURCE_EXHAUSTED:
    "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per region'.",
  UNAUTHENTICATED: 'Request had invalid authentication credentials.',
};

function latch(): { promise: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}
