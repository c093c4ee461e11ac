import type { GateAction, GateSnapshot } from '../domain/gate/snapshot.ts';
import { openPolicy, type Who } from '../domain/policy.ts';
import type { Wanted } from '../domain/proved.ts';
import type { Target } from '../domain/target.ts';
import type { Locks } from '../ledger/locks.ts';
import type { ProvedImages } from '../ledger/proved.ts';
import type { Quarantine } from '../ledger/quarantine.ts';
import { freezesAt } from './freezes.ts';

export interface GateLedgers {
  readonly locks: Pick<Locks, 'of'>;
  readonly quarantine: Pick<Quarantine, 'of'>;
  readonly proved: Pick<ProvedImages, 'of'>;
}

export interface GateQuestion {
  readonly action: GateAction;
  /** At least one, all in one environment. */
  readonly targets: readonly Pick<Target, 'service' | 'environment' | 'gates'>[];
  readonly ref?: string | undefined;
  /** By service; absent before the build. */
  readonly images?: Readonly<Record<string, Wanted>> | undefined;
  /** Absent in a worker: the person was asked about when the operation was. */
  readonly who?: Who | undefined;
  /** Whether the request has a reason to pass what can be passed. */
  readonly bypass: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Gathers what the gates are decided from. Reads only. */
export async function gateSnapshot(
  { targets, ref, images, now, ...question }: GateQuestion,
  { locks, quarantine, proved }: GateLedgers,
): Promise<GateSnapshot> {
  const [first] = targets;
  if (first === undefined) throw new Error('Gates are asked for a target');
  const { environment, gates: policy = openPolicy } = first;
  const { after, freeze, roles } = policy;
  const services = targets.map(({ service }) => service);
  const [lock, held, before] = await Promise.all([
    locks.of(environment, now),
    Promise.all(services.map((service) => quarantine.of(service))),
    after === undefined
      ? undefined
      : Promise.all(
          services.map(
            async (service) => [service, await proved.of({ service, environment: after })] as const,
          ),
        ),
  ]);
  return {
    ...question,
    request: { services, environment, ref, images },
    roles,
    lock,
    freezes: freezesAt(freeze, now),
    quarantine: held.flat(),
    ...(after === undefined || before === undefined
      ? {}
      : { order: { after, proved: Object.fromEntries(before) } }),
  };
}
