import { type Duration, type Timestamp, timestamp } from '../wire.ts';
import { failed, reconciling, succeeded } from './conditions.ts';
import type { Condition } from './resources.ts';
import { randomUUID } from 'node:crypto';

/** What one task of a job does. */
export interface Task {
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** Aborts when the execution is cancelled or its time is up. */
  readonly signal: AbortSignal;
  /** Writes an object of Cloud Storage. */
  readonly upload: (bucket: string, object: string, content: string | Uint8Array) => void;
}

/** Resolves with the exit code of the task. */
export type JobWork = (task: Task) => Promise<number> | number;

export interface ExecutionView {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled';
}

interface EnvVar {
  readonly name: string;
  readonly value?: string;
}

export interface RunJobRequest {
  readonly name: string;
  readonly validateOnly: boolean;
  readonly overrides?: {
    readonly containerOverrides: readonly {
      readonly name: string;
      readonly args: readonly string[];
      readonly env: readonly EnvVar[];
    }[];
    readonly taskCount: number;
    readonly timeout: Duration | null;
  } | null;
}

export interface Execution {
  readonly name: string;
  readonly uid: string;
  readonly job: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly tasks: number;
  readonly timeout: Duration;
  readonly createTime: Timestamp;
  readonly cancel: AbortController;
  startTime: Timestamp | null;
  completionTime: Timestamp | null;
  succeeded: number;
  failed: number;
  cancelled: number;
  condition: Condition;
}

/** https://cloud.google.com/run/docs/configuring/task-timeout: ten minutes unless it is set. */
const usualTimeout = { seconds: '600', nanos: 0 };

/** An execution before it has begun. */
export function newExecution({ name, overrides }: RunJobRequest): Execution {
  const [override] = overrides?.containerOverrides ?? [];
  const job = name.split('/').at(-1) ?? '';
  return {
    name: `${name}/executions/${job}-${randomUUID().slice(0, 5)}`,
    uid: randomUUID(),
    job,
    env: Object.fromEntries((override?.env ?? []).map((each) => [each.name, each.value ?? ''])),
    args: [...(override?.args ?? [])],
    tasks: (overrides?.taskCount ?? 0) || 1,
    timeout: overrides?.timeout ?? usualTimeout,
    createTime: timestamp(Date.now()),
    cancel: new AbortController(),
    startTime: null,
    completionTime: null,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    condition: reconciling('Completed'),
  };
}

export function stateOf({ completionTime, cancelled, failed: bad }: Execution): ExecutionView['state'] {
  if (completionTime === null) return 'running';
  return cancelled > 0 ? 'cancelled' : bad > 0 ? 'failed' : 'succeeded';
}

export function conditionOf(execution: Execution): Condition {
  const short = execution.name.split('/').at(-1) ?? '';
  const state = stateOf(execution);
  if (state === 'succeeded') return succeeded('Completed');
  return failed('Completed', {
    reason: { executionReason: state === 'cancelled' ? 'CANCELLED' : 'NON_ZERO_EXIT_CODE' },
    message:
      state === 'cancelled'
        ? `Execution ${short} has been cancelled.`
        : `Task ${short}-task0 failed with message: The container exited with an error.`,
  });
}

export function messageOf(execution: Execution): object {
  const { name, uid, job, env, args, tasks, timeout, createTime, startTime, completionTime } = execution;
  const project = name.split('/')[1] ?? '';
  const short = name.split('/').at(-1) ?? '';
  return {
    name,
    uid,
    job,
    generation: '1',
    observedGeneration: '1',
    createTime,
    startTime,
    completionTime,
    updateTime: completionTime ?? startTime ?? createTime,
    taskCount: tasks,
    parallelism: tasks,
    template: {
      containers: [{ args, env: Object.entries(env).map(([key, value]) => ({ name: key, value })) }],
      timeout,
    },
    reconciling: completionTime === null,
    conditions: [execution.condition],
    runningCount: startTime !== null && completionTime === null ? tasks : 0,
    succeededCount: execution.succeeded,
    failedCount: execution.failed,
    cancelledCount: execution.cancelled,
    logUri: `https://console.cloud.google.com/logs/viewer?project=${project}&advancedFilter=${encodeURIComponent(
      `resource.type="cloud_run_job" labels."run.googleapis.com/execution_name"="${short}"`,
    )}`,
    etag: `"${uid}"`,
  };
}
