import { setMaxListeners } from 'node:events';
import type { CloudRun } from '../cloud/run.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { alertRootId } from '../domain/alert/thread.ts';
import { defaultPolicy } from '../domain/monitor/policy.ts';
import type { MonitorRound } from '../domain/monitor/round.ts';
import type { Catalog } from '../domain/request/catalog.ts';
import {
  type GatheredEnvironment,
  type GatheredService,
  statusOf,
  type EnvironmentStatus,
} from '../domain/status.ts';
import type { Looked } from '../domain/status/looked.ts';
import type { Target } from '../domain/target.ts';
import { freezesAt } from '../gates/freezes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Locks } from '../ledger/locks.ts';
import type { ValidationMemory } from '../ledger/validation-memory.ts';
import { look } from './look.ts';
import { gatherSight, type SightSources } from './sight.ts';

/** Threads of one environment that Slack is asked for; the others are found in its channel. */
const mostLinks = 10;

interface TargetName {
  readonly service: string;
  readonly environment: string;
}

/** Where the parts of a status are read. */
export interface StatusSources extends SightSources {
  readonly catalog: Catalog;
  readonly targetOf: (name: TargetName) => Target | undefined;
  readonly run: Pick<CloudRun, 'service'>;
  readonly ledger: Pick<Ledger, 'lastOf' | 'operation'>;
  readonly locks: Pick<Locks, 'of'>;
  readonly validations: Pick<ValidationMemory, 'last'>;
  readonly alerts: {
    /** Alerts that have not ended; of all environments when none is named. */
    open(environment?: string): Promise<readonly Alert[]>;
  };
  readonly rounds: {
    /** What the monitor saw in the last minute; undefined when it did not look. */
    last(target: TargetName): Promise<MonitorRound | undefined>;
  };
}

export interface StatusQuestion {
  /** Absent: all of them. */
  readonly environment?: string | undefined;
  /** Milliseconds after which what was not read is unknown. */
  readonly patienceMs: number;
}

/** Reads how environments stand, everything side by side. Never throws: what cannot be read says why. */
export async function gatherStatus(
  { environment, patienceMs }: StatusQuestion,
  sources: StatusSources,
): Promise<readonly EnvironmentStatus[]> {
  const signal = AbortSignal.timeout(patienceMs);
  // Every look listens to it; Node takes more than ten for a leak.
  setMaxListeners(0, signal);
  const names = environment === undefined ? Object.keys(sources.catalog.environments) : [environment];
  const alerts = look('The alerts', () => sources.alerts.open(environment), signal);
  return statusOf(await Promise.all(names.map((name) => gather(name, { sources, alerts, signal }))));
}

interface Gathering {
  readonly sources: StatusSources;
  /** Of all environments that are asked about. */
  readonly alerts: Promise<Looked<readonly Alert[]>>;
  readonly signal: AbortSignal;
}

async function gather(environment: string, gathering: Gathering): Promise<GatheredEnvironment> {
  const { sources, signal } = gathering;
  const { services = [] } = sources.catalog.environments[environment] ?? {};
  const targets = services.flatMap((service) => sources.targetOf({ service, environment }) ?? []);
  const now = sources.now();
  const alerts = gathering.alerts.then((all) => alertsIn(environment, all, gathering));
  const policy = targets[0]?.monitors;
  const [lock, told, sight, ...read] = await Promise.all([
    look('The lock', () => sources.locks.of(environment, now), signal),
    alerts,
    gatherSight({ environment, policy, signal }, sources),
    ...targets.map((target) => gatherService(target, gathering)),
  ]);
  return {
    environment,
    channel: targets[0]?.channel ?? '',
    lock,
    freezes: freezesAt(targets[0]?.gates?.freeze ?? [], now),
    ...told,
    sight,
    services: read,
  };
}

/** Those of one environment, and where the threads of the first are. */
async function alertsIn(
  environment: string,
  all: Looked<readonly Alert[]>,
  { sources, signal }: Gathering,
): Promise<Pick<GatheredEnvironment, 'alerts' | 'links'>> {
  if (all.kind === 'unknown') return { alerts: all, links: {} };
  const own = all.value.filter((alert) => alert.environment === environment);
  const links = own.slice(0, mostLinks).map(async (alert) => {
    const url = await look('Slack', () => sources.threadOf(alertRootId(alert)), signal);
    return [alert.key, url.kind === 'seen' ? url.value : undefined] as const;
  });
  const known = (await Promise.all(links)).flatMap(([key, url]) => (url === undefined ? [] : [[key, url]]));
  return { alerts: { kind: 'seen', value: own }, links: Object.fromEntries(known) as Record<string, string> };
}

async function gatherService(target: Target, { sources, signal }: Gathering): Promise<GatheredService> {
  const { run, ledger, validations, rounds } = sources;
  const lastOperation = async () => {
    const id = await ledger.lastOf(target);
    return id === undefined ? undefined : ledger.operation(id);
  };
  const [split, operation, validation, round] = await Promise.all([
    look('Cloud Run', async () => (await run.service(target, signal))?.serving, signal),
    look('The last operation', lastOperation, signal),
    look('The last validation', () => validations.last(target), signal),
    look('The monitor', () => rounds.last(target), signal),
  ]);
  const { rules } = target.monitors ?? defaultPolicy;
  return { service: target.service, split, operation, validation, round, rules };
}
