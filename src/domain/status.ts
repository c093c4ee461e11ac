import type { Alert } from './alert/alert.ts';
import type { Lock } from './lock.ts';
import type { BlindNow } from './monitor/sight.ts';
import { awaitsApproval, type Operation, partOf } from './operation.ts';
import type { Freeze } from './policy.ts';
import type { Split } from './results.ts';
import { type Advice, adviceFor } from './status/advice.ts';
import { healthOf, type Measurements } from './status/health.ts';
import { type Looked, seenValue } from './status/looked.ts';
import type { LastOperation, ServiceStatus, Standing } from './status/standing.ts';

/** What was read of one service of an environment; each of it could fail alone. */
export interface GatheredService extends Measurements {
  readonly service: string;
  /** Who serves users. `undefined` was seen: Cloud Run has no such service. */
  readonly split: Looked<Split | undefined>;
  /** The operation that has the target now, else the last one. */
  readonly operation: Looked<Operation | undefined>;
}

export interface GatheredEnvironment {
  readonly environment: string;
  /** Slack channel id: where its threads are. */
  readonly channel: string;
  readonly lock: Looked<Lock | undefined>;
  readonly freezes: readonly Freeze[];
  /** Whether the prober of its monitor is blind now. */
  readonly sight: Looked<BlindNow | undefined>;
  /** Those that have not ended. */
  readonly alerts: Looked<readonly Alert[]>;
  /** Where their threads are, by key; of those that Slack could tell. */
  readonly links: Readonly<Record<string, string>>;
  readonly services: readonly GatheredService[];
}

/** `trouble` asks for somebody, `busy` changes just now, `unsure` could not be read or was never measured. */
export type Condition = 'trouble' | 'busy' | 'unsure' | 'fine';

export interface EnvironmentStatus extends Standing {
  readonly environment: string;
  readonly channel: string;
  /** Where the threads of its alerts are, by key. */
  readonly links: Readonly<Record<string, string>>;
  readonly condition: Condition;
  readonly advice: Advice;
}

/** How environments stand, in the order of the configuration. Pure. */
export function statusOf(gathered: readonly GatheredEnvironment[]): readonly EnvironmentStatus[] {
  return gathered.map(({ environment, channel, links, lock, freezes, sight, alerts, services: read }) => {
    const services = read.map((service) => serviceStatus(service, alerts));
    const standing = { environment, channel, links, lock, freezes, sight, services };
    return { ...standing, condition: conditionOf(standing), advice: adviceFor(standing) };
  });
}

function serviceStatus(read: GatheredService, all: GatheredEnvironment['alerts']): ServiceStatus {
  const { service, split, operation } = read;
  const alerts: GatheredEnvironment['alerts'] =
    all.kind === 'unknown'
      ? all
      : { kind: 'seen', value: all.value.filter((alert) => alert.service === service) };
  return {
    service,
    split,
    health: healthOf({
      ...read,
      alerts: alerts.kind === 'seen' ? alerts.value : [],
      operation: operation.kind === 'seen' ? operation.value : undefined,
    }),
    operation:
      operation.kind === 'seen'
        ? { kind: 'seen', value: operation.value && lastOperation(operation.value, service) }
        : operation,
    alerts,
  };
}

function lastOperation(operation: Operation, service: string): LastOperation {
  const { id, request, phase, outcome } = operation;
  const under = (each: Operation | undefined) =>
    each?.steps.find(({ status }) => status === 'running' || status === 'waiting')?.name;
  return {
    id,
    kind: request.kind,
    byName: request.byName,
    at: operation.finishedAt ?? operation.startedAt ?? operation.requestedAt,
    phase,
    outcome,
    step:
      phase === 'finished'
        ? operation.failure?.step
        : (under(partOf(operation, service)) ?? under(operation)),
    awaitsApproval: awaitsApproval(operation),
  };
}

function conditionOf({ services, lock, sight }: Standing): Condition {
  if (services.some(isTroubled)) return 'trouble';
  if (services.some(({ operation }) => isUnderWay(operation))) return 'busy';
  const blind = sight.kind === 'unknown' || seenValue(sight) !== undefined;
  return blind || lock.kind === 'unknown' || services.some(isUnsure) ? 'unsure' : 'fine';
}

/** An open alert is bad health already. */
function isTroubled({ health }: ServiceStatus): boolean {
  return health.verdict === 'unhealthy';
}

function isUnderWay(operation: ServiceStatus['operation']): boolean {
  return operation.kind === 'seen' && operation.value !== undefined && operation.value.phase !== 'finished';
}

function isUnsure({ split, health, operation, alerts }: ServiceStatus): boolean {
  return health.verdict === 'unknown' || [split, operation, alerts].some(({ kind }) => kind === 'unknown');
}
