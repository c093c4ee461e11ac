import type { Event, EventOf, Failure } from '../../src/domain/events.ts';
import { fold } from '../../src/domain/fold.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { deployPlan, type StepName } from '../../src/domain/plan.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import type { StepResults } from '../../src/domain/results.ts';
import type { RecordedCheck, ValidationRecord } from '../../src/domain/validation/record.ts';

/** 2026-01-05T10:00:00Z, when every story begins. */
export const began = Date.UTC(2026, 0, 5, 10);
export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
export const fingerprint = 'f1f2f3f4f5f6f7f8';
/** The stable revision before, and the candidate. */
export const stable = 'backend-00136-xyz';
export const candidate = 'backend-r42-k3f9ab';

/** An event before it is known when it happens. */
export type Untimed = Event extends infer One ? (One extends Event ? Omit<One, 'at'> : never) : never;

/** One event a second, from `began` on. */
export function timed(events: readonly Untimed[]): readonly Event[] {
  return events.map((event, index) => ({ ...event, at: began + index * 1000 }));
}

export function told(...events: readonly Untimed[]): Operation {
  return fold(timed(events));
}

export function requested(
  more: Partial<Omit<EventOf<'requested'>, 'at'>> = {},
): Omit<EventOf<'requested'>, 'at'> {
  return {
    type: 'requested',
    kind: 'deploy',
    environment: 'staging',
    number: 42,
    uid: 'k3f9ab',
    services: ['backend'],
    ref: 'main',
    by: 'U0DEVELOPER',
    byName: 'developer',
    channel: 'C0DEPLOYS',
    typedIn: 'C0RELEASES',
    plan: [...deployPlan({ approval: false })],
    ...more,
  };
}

/** The same request in an environment that asks for an approval. */
export const guarded = requested({ plan: [...deployPlan({ approval: true })] });
export const started: Untimed = { type: 'started', worker: 'worker-1' };
export const begin = (step: StepName): Untimed => ({ type: 'step-started', step });
export const yielded = (step: StepName): Untimed => ({ type: 'step-yielded', step });
export const end = (outcome: EventOf<'finished'>['outcome']): Untimed => ({ type: 'finished', outcome });

export const healthy: RecordedCheck = {
  name: 'GET /health',
  kind: 'http',
  expected: 'HTTP 200 within 2000 ms',
  measured: '20 of 20, p95 12 ms',
  verdict: 'healthy',
  tookMs: 120,
  diagnoses: [],
};

export function recorded(...checks: readonly RecordedCheck[]): ValidationRecord {
  return {
    url: 'https://backend.example',
    verdict: checks.every(({ verdict }) => verdict === 'healthy') ? 'healthy' : 'inconclusive',
    at: began,
    tookMs: 120,
    checks: [...checks],
    metrics: [{ name: 'apiResponse', target: 100, value: 12, samples: 20, verdict: 'healthy' }],
  };
}

export const results: StepResults = {
  baseline: {},
  validate: { services: [] },
  preflight: {
    exists: true,
    url: 'https://backend.example',
    split: [{ revision: stable, percent: 100 }],
    image: 'registry.example/backend@sha256:before',
  },
  build: {
    image: `registry.example/backend@${digest}`,
    digest,
    build: 'projects/p/locations/r/builds/b1',
    logUrl: 'https://console.example/b1',
  },
  approval: { by: 'reviewer' },
  candidate: {
    revision: candidate,
    tag: 'op42',
    url: 'https://op42---backend.example',
    split: [{ revision: stable, percent: 100 }],
  },
  prove: { url: 'https://op42---backend.example', record: recorded(healthy) },
  shift: { split: [{ revision: candidate, percent: 100 }], url: 'https://backend.example' },
  verify: { url: 'https://backend.example', record: recorded(healthy) },
  choose: { revision: stable, choices: [], split: [{ revision: candidate, percent: 100 }] },
  settle: { waitedMs: 0, ended: true },
  restore: { split: [{ revision: stable, percent: 100 }], moved: false, tagRemoved: true },
  suites: { runs: [] },
  rounds: { rounds: 1, end: 'green' },
  lint: { program: 'terraform', version: '1.14.0', warnings: [] },
  plan: { counts: { add: 0, change: 1, destroy: 0 }, changes: [], digest: 'sha256:plan' },
  apply: { applied: true, counts: { add: 0, change: 1, destroy: 0 } },
  propagate: { waitedMs: 0, checks: [] },
  outputs: { outputs: [] },
};

/** The step begins and ends well. */
export function done<Name extends StepName>(
  step: Name,
  result: StepResults[Name] = results[step],
): readonly Untimed[] {
  return [begin(step), { type: 'step-finished', step, result } as Untimed];
}

export function allDone(...steps: readonly StepName[]): readonly Untimed[] {
  return steps.flatMap((step) => done(step));
}

/** The step begins and ends in a failure. */
export function broken(
  step: StepName,
  code: ReasonCode,
  more: Partial<Omit<Failure, 'code'>> = {},
): readonly Untimed[] {
  const failure: Failure = { code, summary: `The step ${step} failed.`, evidence: [], logs: [], ...more };
  return [begin(step), { type: 'step-failed', step, failure }];
}

export function asked(more: Partial<Omit<EventOf<'approval-requested'>, 'type' | 'at'>> = {}): Untimed {
  return {
    type: 'approval-requested',
    shown: { digest, split: `${stable} 100 %`, template: 'aaaa' },
    fingerprint,
    by: ['U0REVIEWER', 'S0APPROVERS'],
    self: false,
    expiresAt: began + 3_600_000,
    ...more,
  };
}

export function clicked(
  type: 'approved' | 'rejected',
  more: { readonly fingerprint?: string } = {},
): Untimed {
  return { type, by: 'U0REVIEWER', byName: 'reviewer', fingerprint, ...more };
}
