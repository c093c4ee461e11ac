import { describe, expect, it } from 'vitest';
import { type Change, changesBetween, type Deployed, trafficChange } from '../../src/domain/change.ts';
import { changedParts } from '../../src/domain/shown.ts';

const plain: Deployed = {
  image: 'registry.example/backend@sha256:aaa',
  env: { LOG_LEVEL: 'h1' },
  secrets: { DB: { secret: 'db', version: '3' } },
  cpu: 1_000,
  memory: 512,
  concurrency: 80,
  timeoutMs: 300_000,
  minInstances: 0,
  maxInstances: 10,
  serviceAccount: 'a@p.iam.gserviceaccount.com',
  ingress: 'all',
  affinity: false,
  cpuBoost: false,
  others: { command: 'c1' },
};
const imageOf = (image: string) => `registry.example/backend@${image}`;

type Row = readonly [name: string, after: Partial<Deployed>, ...changes: Change[]];

const rows: readonly Row[] = [
  ['nothing', {}],
  [
    'an image',
    { image: imageOf('sha256:bbb') },
    { field: 'image', before: 'sha256:aaa', after: 'sha256:bbb' },
  ],
  [
    'an image that is not built yet',
    { image: 'built from ref main' },
    { field: 'image', before: imageOf('sha256:aaa'), after: 'built from ref main' },
  ],
  ['a variable more', { env: { LOG_LEVEL: 'h1', NEW: 'h2' } }, { field: 'env NEW', after: 'added' }],
  ['a variable less', { env: {} }, { field: 'env LOG_LEVEL', after: 'removed' }],
  ['another value', { env: { LOG_LEVEL: 'h2' } }, { field: 'env LOG_LEVEL', after: 'changed' }],
  [
    'a variable that is named as what every object has',
    { env: { LOG_LEVEL: 'h1', constructor: 'h2' } },
    { field: 'env constructor', after: 'added' },
  ],
  [
    'another version of a secret',
    { secrets: { DB: { secret: 'db', version: '4' } } },
    { field: 'secret DB', before: 'db:3', after: 'db:4' },
  ],
  [
    'a secret that becomes a plain variable',
    { secrets: {}, env: { LOG_LEVEL: 'h1', DB: 'h3' } },
    { field: 'env DB', after: 'added' },
    { field: 'secret DB', before: 'db:3' },
  ],
  ['CPU', { cpu: 500 }, { field: 'CPU', before: '1', after: '500m' }],
  ['memory', { memory: 2_048 }, { field: 'memory', before: '512Mi', after: '2Gi' }],
  ['concurrency', { concurrency: 1 }, { field: 'concurrency', before: '80', after: '1' }],
  ['the time-out', { timeoutMs: 3_600_000 }, { field: 'request time-out', before: '5m', after: '1h' }],
  ['least instances', { minInstances: 2 }, { field: 'min instances', before: '0', after: '2' }],
  ['most instances', { maxInstances: undefined }, { field: 'max instances', before: '10' }],
  [
    'who it runs as',
    { serviceAccount: 'b@p.iam.gserviceaccount.com' },
    {
      field: 'service account',
      before: 'a@p.iam.gserviceaccount.com',
      after: 'b@p.iam.gserviceaccount.com',
    },
  ],
  [
    'where requests come from',
    { ingress: 'internal' },
    { field: 'ingress', before: 'all', after: 'internal' },
  ],
  ['affinity', { affinity: true }, { field: 'session affinity', before: 'off', after: 'on' }],
  ['the boost', { cpuBoost: true }, { field: 'CPU boost', before: 'off', after: 'on' }],
  ['a start-up probe', { startupProbe: 'GET /' }, { field: 'startup probe', after: 'GET /' }],
  ['a liveness probe', { livenessProbe: 'GET /' }, { field: 'liveness probe', after: 'GET /' }],
  ['what slipway does not set', { others: { command: 'c2' } }, { field: 'command', after: 'changed' }],
];

describe('what changes', () => {
  const named = rows.map(([name, after, ...changes]) => ({ name, after, changes }));
  it.each(named)('$name', ({ after, changes }) => {
    expect(changesBetween(plain, { ...plain, ...after })).toEqual(changes);
  });

  it('says the range of commits when both are known', () => {
    const [from, to] = ['a'.repeat(40), 'b'.repeat(40)];
    const after = { ...plain, commit: to };
    expect(changesBetween({ ...plain, commit: from }, after)).toEqual([
      { field: 'commits', before: from, after: to },
    ]);
    expect(changesBetween(plain, after)).toEqual([]);
  });

  it('is everything where nothing serves, and tells no hash', () => {
    const changes = changesBetween(undefined, plain);
    expect(changes.map(({ field }) => field)).toEqual([
      'image',
      'env LOG_LEVEL',
      'secret DB',
      'CPU',
      'memory',
      'concurrency',
      'request time-out',
      'min instances',
      'max instances',
      'service account',
      'ingress',
      'session affinity',
      'CPU boost',
    ]);
    expect(changes.every(({ before }) => before === undefined)).toBe(true);
    expect(JSON.stringify(changes)).not.toMatch(/h1|c1/);
  });

  it('is how users are moved, too', () => {
    const policy = {
      steps: [10, 100],
      bakeMs: 30_000,
      drainMs: 0,
      countdownMs: 0,
      triggers: { serverErrors: 0.2, handshakeFailures: 0.1 },
    };
    const serving = [{ revision: 'backend-1', percent: 100 }];
    expect(trafficChange(serving, policy)).toEqual({
      field: 'traffic',
      before: 'backend-1 100 %',
      after: '10 %, 100 %, each watched for 30s',
    });
    expect(trafficChange([], { ...policy, bakeMs: 0 })).toEqual({ field: 'traffic', after: '100 %' });
  });
});

describe('what an approval is void for', () => {
  const shown = { digest: 'd', split: 's', template: 't', wish: 'w', changes: [], risks: [] };
  const memory = { field: 'memory', before: '1Gi', after: '2Gi' };
  it.each([
    ['nothing', {}, []],
    ['the image', { digest: 'e', changes: [{ field: 'image', after: 'e' }] }, ['the image']],
    ['who serves', { split: 'r', changes: [{ field: 'traffic', after: '100 %' }] }, ['the traffic']],
    ['the steps', { changes: [{ field: 'traffic', after: '100 %' }] }, ['the traffic plan']],
    ['what would be written', { wish: 'v' }, ['the configuration of the service']],
    [
      'what can be named',
      { wish: 'v', changes: [memory, { field: 'env A', after: 'added' }] },
      ['the configuration of the service (memory, env A)'],
    ],
    ['a risk', { risks: [{ flag: 'NO_WAY_BACK', reason: 'r' } as const] }, ['the risks']],
  ])('%s', (_, more, parts) => {
    expect(changedParts(shown, { ...shown, ...more })).toEqual(parts);
  });

  it('is told also of what an older slipway has asked', () => {
    expect(changedParts({ digest: 'd', split: 's', template: 't' }, shown)).toEqual([
      'the configuration of the service',
    ]);
  });
});
