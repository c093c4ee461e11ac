import { describe, expect, it } from 'vitest';
import type { Deployed } from '../../src/domain/change.ts';
import { riskFlags, type RiskQuestion, risksOf } from '../../src/domain/risk.ts';
import type { ValidationPlan, WebSocketCheckPlan } from '../../src/domain/validation/plan.ts';

const before: Deployed = {
  image: 'backend@sha256:aaa',
  env: { A: 'h1' },
  secrets: { DB: { secret: 'db', version: '3' } },
  cpu: 2_000,
  memory: 1_024,
  concurrency: 80,
  timeoutMs: 3_600_000,
  minInstances: 1,
  serviceAccount: 'a@p.iam.gserviceaccount.com',
  ingress: 'internal',
  affinity: true,
  cpuBoost: false,
  others: {},
};
const held = { kind: 'websocket', path: '/ws', holdMs: 60_000 } as WebSocketCheckPlan;
const validation = {
  identity: { headers: {} },
  http: [],
  websocket: [held],
  journeys: [],
} as unknown as ValidationPlan;
const serving = [{ revision: 'backend-1', percent: 100 }];

const rollout = {
  steps: [100],
  bakeMs: 0,
  drainMs: 0,
  countdownMs: 0,
  triggers: { serverErrors: 0.2, handshakeFailures: 0.1 },
};

function flags(after: Partial<Deployed>, more: Partial<RiskQuestion> = {}): readonly string[] {
  const question = { before, after: { ...before, ...after }, serving, target: { validation, rollout } };
  return risksOf({ ...question, ...more }).map(({ flag, reason }) => `${flag}: ${reason}`);
}

type Row = readonly [name: string, after: Partial<Deployed>, ...risks: string[]];

const rows: readonly Row[] = [
  ['nothing changes', {}],
  [
    'the time-out is under the held connections',
    { timeoutMs: 30_000 },
    'TIMEOUT_BELOW_HOLD: connections are held for 1m, and Cloud Run would cut them after 30s',
  ],
  ['the time-out is lowered, and still enough', { timeoutMs: 60_000 }],
  ['less memory', { memory: 512 }, 'MEMORY_LOWERED: an instance over its memory is killed'],
  ['more memory', { memory: 2_048 }],
  ['less CPU', { cpu: 500 }, 'CPU_LOWERED: requests take longer, and so does the start'],
  [
    'no instance',
    { minInstances: 0 },
    'MIN_INSTANCES_ZERO: after a quiet time the first request waits for a start',
  ],
  [
    'more requests at once',
    { concurrency: 200 },
    'CONCURRENCY_RAISED: more requests share the memory and CPU of one instance',
  ],
  ['fewer requests at once', { concurrency: 10 }],
  [
    'somebody else',
    { serviceAccount: undefined },
    'SERVICE_ACCOUNT_CHANGED: what the service may do becomes what the default of the project may do',
  ],
  ['open to the world', { ingress: 'all' }, 'INGRESS_OPENED: requests may come from anywhere'],
  ['an ingress that slipway does not know', { ingress: 'ingress_traffic_none' }],
  ['variables less', { env: {}, secrets: {} }, 'ENV_REMOVED: code that reads A, DB finds nothing'],
  ['a secret that becomes plain', { env: { A: 'h1', DB: 'h2' }, secrets: {} }],
  [
    'the latest secret',
    { secrets: { DB: { secret: 'db', version: 'latest' } } },
    'SECRET_LATEST: DB changes with no deploy, and no rollback brings the value back',
  ],
  ['no affinity', { affinity: false }, 'AFFINITY_OFF: clients lose the instance that knows them'],
];

describe('a risk', () => {
  const named = rows.map(([name, after, ...risks]) => ({ name, after, risks }));
  it.each(named)('is told or not: $name', ({ after, risks }) => {
    expect(flags(after)).toEqual(risks);
  });

  it('is a first deploy, and one that proves little', () => {
    const nothing = { before: undefined, serving: [], target: { rollout } };
    expect(flags({ memory: 128 }, nothing).map((text) => text.split(':')[0])).toEqual([
      'NO_WAY_BACK',
      'NOT_VALIDATED',
    ]);
  });

  it.each([
    { what: 'on, and users are moved in steps', was: true, is: true, expected: ['AFFINITY_BENDS_SPLIT'] },
    { what: 'on with the deploy alone', was: false, is: true, expected: ['AFFINITY_BENDS_SPLIT'] },
    { what: 'on until the deploy', was: true, is: false, expected: ['AFFINITY_OFF', 'AFFINITY_BENDS_SPLIT'] },
    { what: 'on, and all users are moved at once', steps: [100], was: true, is: true, expected: [] },
    { what: 'off', was: false, is: false, expected: [] },
  ])('session affinity is $what', ({ steps = [10, 100], was, is, expected }) => {
    const target = { validation, rollout: { ...rollout, steps } };
    const told = flags({ affinity: is }, { before: { ...before, affinity: was }, target });
    expect(told.map((text) => text.split(':')[0])).toEqual(expected);
    if (expected.length === 1) expect(told[0]).toContain('10 % is reached slowly');
  });

  it('an ingress that was wider is no risk', () => {
    const wide = { ...before, ingress: 'all' };
    expect(flags({ ingress: 'internal-and-cloud-load-balancing' }, { before: wide })).toEqual([]);
  });

  it('has a row for each flag', () => {
    const told = rows.flatMap(([, , ...risks]) => risks.map((text) => text.split(':')[0]));
    expect([...told, 'AFFINITY_BENDS_SPLIT', 'NO_WAY_BACK', 'NOT_VALIDATED'].toSorted()).toEqual(
      [...riskFlags].toSorted(),
    );
  });
});
