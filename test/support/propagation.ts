import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { StepContext } from '../../jobs/step.ts';
import { propagate } from '../../jobs/steps/infrastructure/propagate.ts';
import type { Event } from '../../src/domain/events.ts';
import type { InfrastructurePolicy } from '../../src/domain/infrastructure/policy.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { Target } from '../../src/domain/target.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { alive, answered, backend, type CloudOfTests } from '../cloud/support.ts';
import { loopback } from './loopback.ts';

export interface PropagateCase {
  readonly redis: Redis;
  readonly cloud: CloudOfTests;
  readonly propagation?: Partial<InfrastructurePolicy['propagation']>;
  readonly operation: Operation;
  readonly targets?: readonly Target[];
  readonly now?: () => number;
  readonly signal?: AbortSignal;
  /** Told of each event. */
  readonly append?: (event: Event) => void;
}

/** The step on parts of the sandbox that run. */
export function runPropagate({ redis, cloud, propagation, targets = [backend], ...more }: PropagateCase) {
  const { operation, now = Date.now, signal = alive, append = () => undefined } = more;
  const infrastructure: InfrastructurePolicy = {
    way: { kind: 'program' } as never,
    propagation: { withinMs: 10 * 60_000, times: 1, probes: 'health', ...propagation },
    outputs: {},
  };
  const all = targets.map((target) => ({ ...target, infrastructure }));
  const context = {
    ...{ operation, target: all[0], targets: all, cloud, now, signal },
    records: recordsOf(redis),
    log: pino({ level: 'silent' }),
    append: (event: Event) => {
      append(event);
      return Promise.resolve();
    },
  };
  // It looks and tells, and needs no more.
  return propagate(context as unknown as StepContext);
}

/** How often it has looked: each look asks Cloud Run where users come in. */
export const looks = (cloud: CloudOfTests) => answered(cloud, 'GetService');

/** Users come to the backend by a load balancer that answers each look with the next status, and at last 200. */
export async function behindFront(cloud: CloudOfTests, statuses: readonly number[]): Promise<Target> {
  const front = await loopback((_request, response) => {
    response.writeHead(statuses[looks(cloud) - 1] ?? 200).end();
  });
  onTestFinished(() => front.stop());
  return { ...backend, front: { url: front.url, timeoutMs: 30_000, serverless: false } };
}
