import { beforeEach, describe, expect, it } from 'vitest';
import { CloudError } from '../../src/cloud/errors.ts';
import type { Target } from '../../src/domain/target.ts';
import { HomeNotes } from '../../src/ledger/home-notes.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { gatherStatus, type StatusSources } from '../../src/status/gather.ts';
import { recorded, requested } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';
import { alertFor, blindFor, nothingWatched } from '../support/statuses.ts';

const redis = useRedis();
const now = 1_767_607_200_000;
let sources: StatusSources;
let ledger: Ledger;

const target = (service: string, environment: string) =>
  ({ service, environment, channel: 'C0DEPLOYS' }) as unknown as Target;
const serving = (revision: string) =>
  Promise.resolve({ serving: [{ revision, percent: 100 }] }) as ReturnType<StatusSources['run']['service']>;

beforeEach(() => {
  ledger = new Ledger(redis.client(), () => undefined);
  sources = {
    catalog: {
      services: ['backend', 'auth'],
      environments: {
        staging: { services: ['backend', 'auth'], ref: 'main' },
        production: { services: ['backend'], ref: 'main' },
      },
    },
    targetOf: ({ service, environment }) => target(service, environment),
    run: { service: ({ service, environment }) => serving(`${environment}-${service}`) },
    ledger,
    ...recordsOf(redis.client()),
    ...nothingWatched,
    now: () => now,
  };
});

async function open(services: string[], kind: 'deploy' | 'validate' = 'deploy'): Promise<string> {
  const { type: _, number: __, uid: ___, ...rest } = requested({ services, kind });
  const { id } = await ledger.open({ ...rest, at: now, deliveryId: `d-${String(Math.random())}` });
  return id;
}

const ask = (environment?: string, patienceMs = 5_000) => gatherStatus({ environment, patienceMs }, sources);

describe('a status', () => {
  it('is of one environment, or of all', async () => {
    expect((await ask('staging')).map(({ environment }) => environment)).toEqual(['staging']);
    const all = await ask();
    expect(all.map(({ environment }) => environment)).toEqual(['staging', 'production']);
    expect(all[1]!.services[0]!.split).toEqual({
      kind: 'seen',
      value: [{ revision: 'production-backend', percent: 100 }],
    });
  });

  it('shows who has the target now, and else what was asked for last', async () => {
    const deploy = await open(['backend', 'auth']);
    const validation = await open(['backend'], 'validate');
    const last = async () =>
      (await ask('staging'))[0]!.services.map(({ operation }) =>
        operation.kind === 'seen' ? operation.value?.id : operation.why,
      );
    expect(await last()).toEqual([deploy, deploy]);
    const operation = await ledger.operation(deploy);
    await ledger.withdraw(operation!, { type: 'finished', at: now, outcome: 'cancelled' });
    expect(await last()).toEqual([validation, deploy]);
    expect((await ask('production'))[0]!.services[0]!.operation).toEqual({ kind: 'seen', value: undefined });
  });

  it('has locks, validations and the alerts of each environment', async () => {
    const wish = { by: 'U1', byName: 'reviewer', reason: 'x', lastsMs: 1_000, at: now, deliveryId: 'd1' };
    const { locks, validations } = recordsOf(redis.client());
    await locks.lock({ environment: 'staging', ...wish });
    await validations.remember(target('auth', 'staging'), { ...recorded(), verdict: 'unhealthy', at: now });
    sources = { ...sources, alerts: { open: () => Promise.resolve([alertFor()]) } };
    const [staging, production] = await ask();
    expect(staging).toMatchObject({ lock: { value: { byName: 'reviewer' } }, condition: 'trouble' });
    expect(staging!.services.map(({ health }) => health.by)).toEqual(['alert', 'validation']);
    expect(production).toMatchObject({ lock: { value: undefined }, condition: 'unsure' });
  });
});

describe('what cannot be read is unknown, and the rest is told', () => {
  const splits = async (patienceMs?: number) =>
    (await ask('staging', patienceMs))[0]!.services.map(({ split }) =>
      split.kind === 'unknown' ? split.why : 'seen',
    );

  it('when Cloud Run refuses one service', async () => {
    const service: StatusSources['run']['service'] = ({ service: name }) =>
      name === 'auth'
        ? Promise.reject(new CloudError('Reading auth: no permission', 7, undefined))
        : serving('r1');
    sources = { ...sources, run: { service } };
    expect(await splits()).toEqual(['seen', 'Reading auth: no permission']);
  });

  it('when something is broken: its message may hold an address', async () => {
    sources = { ...sources, run: { service: () => Promise.reject(new Error('http://10.0.0.1/token=x')) } };
    expect(await splits()).toEqual(['Cloud Run could not be read', 'Cloud Run could not be read']);
  });

  it('when Cloud Run does not answer in time', async () => {
    let stopped = 0;
    const service: StatusSources['run']['service'] = (_target, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          stopped += 1;
          reject(new Error('stopped'));
        });
      });
    sources = { ...sources, run: { service } };
    expect(await splits(50)).toEqual([
      'Cloud Run did not answer in time',
      'Cloud Run did not answer in time',
    ]);
    expect(stopped).toBe(2);
  });

  it('when Redis is gone', async () => {
    const gone = redis.connect();
    gone.disconnect();
    sources = { ...sources, ledger: new Ledger(gone, () => undefined), ...recordsOf(gone) };
    const [staging] = await ask('staging', 1_000);
    expect(staging).toMatchObject({ lock: { why: 'The lock could not be read' }, condition: 'unsure' });
    expect(staging!.services[0]).toMatchObject({
      split: { kind: 'seen' },
      health: { verdict: 'unknown', why: 'The last validation could not be read' },
      operation: { kind: 'unknown' },
    });
  });
});

describe('who looks at the Home tab', () => {
  const notes = () => new HomeNotes(redis.client());
  const opened = (user: string, at: number) => notes().opened({ user, hash: '', at });

  it('is remembered for hours, the last first, and not without end', async () => {
    await opened('U1', now);
    await opened('U2', now + 1);
    expect(await notes().viewers(now + 1)).toEqual(['U2', 'U1']);
    expect(await notes().viewers(now + 8 * 3_600_000)).toEqual(['U2']);
    for (let index = 0; index < 120; index += 1) await opened(`U9${index}`, now + 10 + index);
    const viewers = await notes().viewers(now + 200);
    expect(viewers).toHaveLength(100);
    expect(viewers).not.toContain('U1');
    expect(await redis.client().hlen('{slipway}:ledger:home-shown')).toBe(100);
  });

  it('keeps its pace when the tab is opened again', async () => {
    await opened('U1', now);
    expect(await notes().dueAt('U1')).toBe(0);
    await notes().published('U1', { hash: 'h', at: now });
    await opened('U1', now + 1);
    expect(await notes().dueAt('U1')).toBe(now + 30_000);
    expect(await notes().shown('U1')).toEqual({ hash: '', at: now });
  });

  it('says where the threads of alerts are, as far as Slack tells', async () => {
    const [one, other] = [alertFor(), alertFor({ key: 'staging/backend/timeouts', symptom: 'timeouts' })];
    sources = {
      ...sources,
      alerts: { open: () => Promise.resolve([one, other, alertFor({ environment: 'production' })]) },
      threadOf: (thread) =>
        thread.includes('timeouts')
          ? Promise.reject(new Error('429'))
          : Promise.resolve(`https://a/${encodeURIComponent(thread)}`),
    };
    const [staging, production] = await ask();
    expect(staging!.links).toEqual({ [one.key]: 'https://a/alert%3Astaging%2Fbackend%2FserverErrors%231' });
    expect(production!.links).toEqual(staging!.links);
    expect(staging!.services[0]!.alerts).toEqual({ kind: 'seen', value: [one, other] });
  });
});

describe('whether the prober sees', () => {
  const sight = async (more: Partial<StatusSources>) => {
    sources = {
      ...sources,
      sights: { of: (environment) => Promise.resolve(blindFor({ environment })) },
      monitors: { state: () => Promise.resolve({ on: true }) },
      ...more,
    };
    return (await ask('staging'))[0]!.sight;
  };

  it('is told with its thread', async () => {
    const threadOf = (thread: string) => Promise.resolve(`https://a/${thread}`);
    expect(await sight({ threadOf })).toEqual({
      kind: 'seen',
      value: blindFor({ url: `https://a/sight:staging#${blindFor().began}` }),
    });
    expect(await sight({ threadOf: () => Promise.reject(new Error('429')) })).toEqual({
      kind: 'seen',
      value: blindFor(),
    });
  });

  it.each<[string, Partial<StatusSources>]>([
    ['never was blind', { sights: { of: () => Promise.resolve(undefined) } }],
    ['sees again', { sights: { of: () => Promise.resolve(blindFor({ endedAt: now })) } }],
    // No round can say that it sees again.
    ['is told to look no more', { monitors: { state: () => Promise.resolve({ on: false }) } }],
  ])('is no trouble of one that %s', async (_what, more) => {
    expect(await sight(more)).toEqual({ kind: 'seen', value: undefined });
  });

  it('is unknown when that cannot be read', async () => {
    expect(await sight({ sights: { of: () => Promise.reject(new Error('ECONNREFUSED 10.0.0.1')) } })).toEqual(
      {
        kind: 'unknown',
        why: 'The sight of the prober could not be read',
      },
    );
  });
});
