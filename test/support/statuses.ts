import type { Alert } from '../../src/domain/alert/alert.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { BlindNow } from '../../src/domain/monitor/sight.ts';
import { seen } from '../../src/domain/status/looked.ts';
import type { GatheredEnvironment, GatheredService } from '../../src/domain/status.ts';
import type { StatusSources } from '../../src/status/gather.ts';
import { began } from './operations.ts';

/** Where no monitor has looked. */
export const nothingWatched: Pick<StatusSources, 'alerts' | 'rounds' | 'threadOf' | 'sights' | 'monitors'> = {
  threadOf: () => Promise.resolve(undefined),
  alerts: { open: () => Promise.resolve([]) },
  rounds: { last: () => Promise.resolve(undefined) },
  sights: { of: () => Promise.resolve(undefined) },
  monitors: { state: () => Promise.resolve({ on: false }) },
};

/** An alert that fires since the beginning of all stories. */
export function alertFor(more: Partial<Alert> = {}): Alert {
  const measured = { value: 0.3, limit: 0.2, samples: 100, failures: 30, diagnoses: [] };
  return {
    key: 'staging/backend/serverErrors',
    environment: 'staging',
    service: 'backend',
    symptom: 'serverErrors',
    thread: 1,
    channel: 'C0DEPLOYS',
    phase: 'firing',
    since: began,
    firedAt: began,
    measured,
    worst: measured,
    dryRun: false,
    firings: [began],
    flapping: false,
    version: 1,
    story: [],
    calls: [],
    limit: 0.2,
    slow: false,
    pagedAt: began,
    dedupKey: `staging/backend/serverErrors#${began}`,
    ...more,
  };
}

/** A prober that sees nothing since the beginning of all stories. */
export function blindFor(more: Partial<BlindNow> = {}): BlindNow {
  return {
    environment: 'staging',
    channel: 'C0DEPLOYS',
    began,
    since: began,
    services: ['backend', 'auth'],
    diagnoses: ['PROBER_DNS'],
    times: 1,
    version: 1,
    ...more,
  };
}

/** A service that serves, of which nothing more is known. */
export function gatheredService(more: Partial<GatheredService> = {}): GatheredService {
  return {
    service: 'backend',
    split: seen([{ revision: 'backend-00136-xyz', percent: 100 }]),
    operation: seen(undefined),
    validation: seen(undefined),
    round: seen(undefined),
    rules: defaultPolicy.rules,
    ...more,
  };
}

/** An environment with one such service, without alerts or locks. */
export function gatheredEnvironment(more: Partial<GatheredEnvironment> = {}): GatheredEnvironment {
  return {
    environment: 'staging',
    channel: 'C0DEPLOYS',
    lock: seen(undefined),
    freezes: [],
    sight: seen(undefined),
    alerts: seen([]),
    links: {},
    services: [gatheredService()],
    ...more,
  };
}
