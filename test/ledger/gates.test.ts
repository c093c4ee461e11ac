import { beforeEach, describe, expect, it } from 'vitest';
import { decideGate } from '../../src/domain/gate.ts';
import { type GateLedgers, gateSnapshot } from '../../src/gates/gates.ts';
import { keys } from '../../src/ledger/keys.ts';
import { Locks } from '../../src/ledger/locks.ts';
import { ProvedImages } from '../../src/ledger/proved.ts';
import { Quarantine } from '../../src/ledger/quarantine.ts';
import { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import { digest } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
let locks: Locks;
let quarantine: Quarantine;
let proved: ProvedImages;
beforeEach(() => {
  locks = new Locks(redis.client());
  quarantine = new Quarantine(redis.client());
  proved = new ProvedImages(redis.client());
});

const at = 1_767_607_200_000;
const wish = (deliveryId: string, by = 'U1') => ({
  environment: 'staging',
  by,
  byName: by,
  reason: 'load test',
  lastsMs: 60_000,
  at,
  deliveryId,
});

describe('locks', () => {
  it('are written once for each delivery', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => locks.lock(wish('d1'))));
    expect(answers.filter((answer) => answer === 'known')).toHaveLength(2);
    expect(await locks.events('staging')).toHaveLength(1);
    expect(await locks.of('staging', at)).toMatchObject({
      by: 'U1',
      reason: 'load test',
      until: at + 60_000,
    });
    expect(await locks.of('staging', at + 60_000)).toBeUndefined();
    expect(await locks.of('production', at)).toBeUndefined();
  });

  it('have one holder when many want one at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => locks.lock(wish(`d${index}`, `U${index}`))),
    );
    expect(answers.filter((answer) => answer !== 'known' && answer.kind === 'accept')).toHaveLength(1);
  });

  it('keep who lifted them; a late delivery of the lock does not set it again', async () => {
    await locks.lock(wish('d1'));
    const lifted = { environment: 'staging', by: 'U2', byName: 'U2', at: at + 1, deliveryId: 'd2' };
    expect(await locks.unlock(lifted)).toMatchObject({ kind: 'accept' });
    expect(await locks.unlock(lifted)).toMatchObject({ refusal: { code: 'NOT_LOCKED' } });
    expect(await locks.lock(wish('d1'))).toBe('known');
    expect((await locks.events('staging')).map(({ type, by }) => `${type} ${by}`)).toEqual([
      'locked U1',
      'unlocked U2',
    ]);
  });

  it('that cannot be read stop the reader instead of being guessed', async () => {
    await redis.client().rpush(keys.lock('staging'), '{"type":"melted"}');
    await expect(locks.of('staging', at)).rejects.toThrow();
  });

  it('remember the messages that told of them until these are forgotten', async () => {
    const [first, second] = [
      { lockedAt: at, channel: 'C1', ts: '1.2' },
      { lockedAt: at + 1, channel: 'C2', ts: '1.3' },
    ];
    await locks.told('staging', first);
    await locks.told('staging', second);
    expect(await locks.notices('staging')).toEqual([first, second]);
    expect(await locks.notices('production')).toEqual([]);
    await locks.forget('staging', first);
    expect(await locks.notices('staging')).toEqual([second]);
  });
});

describe('the quarantine', () => {
  const entry = { digest, operation: 'staging-3', reason: 'HTTP 5xx', at };
  const lift = (deliveryId: string, wanted = digest) => ({
    digest: wanted,
    by: 'U1',
    byName: 'developer',
    reason: 'mended',
    at,
    deliveryId,
  });

  it('holds an image once for each operation, and lets it out with a reason', async () => {
    await Promise.all([quarantine.quarantine('backend', entry), quarantine.quarantine('backend', entry)]);
    expect(await quarantine.of('backend')).toEqual([{ service: 'backend', ...entry }]);
    expect(await quarantine.of('auth')).toEqual([]);
    expect(await quarantine.lift('backend', lift('d1', digest.slice(0, 19)))).toMatchObject({
      kind: 'lifted',
    });
    expect(await quarantine.lift('backend', lift('d1'))).toMatchObject({ kind: 'not-found', held: [] });
    // The step that put it there is run again after a crash.
    await quarantine.quarantine('backend', entry);
    expect(await quarantine.of('backend')).toEqual([]);
    await quarantine.quarantine('backend', { ...entry, operation: 'staging-4' });
    expect(await quarantine.of('backend')).toHaveLength(1);
  });

  it('lets out nothing when two images are meant', async () => {
    await quarantine.quarantine('backend', entry);
    await quarantine.quarantine('backend', {
      ...entry,
      digest: `${digest.slice(0, 20)}${'f'.repeat(51)}`,
      operation: 'staging-4',
    });
    const both = await quarantine.lift('backend', lift('d1', digest.slice(0, 15)));
    expect(both).toMatchObject({ kind: 'not-found' });
    expect(await quarantine.of('backend')).toHaveLength(2);
  });
});

describe('what was proved', () => {
  const target = { service: 'backend', environment: 'staging' };
  it('is noted once for each operation, oldest first', async () => {
    const first = { digest, ref: 'main', operation: 'staging-1', at };
    await proved.note(target, first);
    await proved.note(target, { ...first, at: at + 1 });
    await proved.note(target, { ...first, operation: 'staging-2', commit: 'c'.repeat(40) });
    expect((await proved.of(target)).map(({ operation }) => operation)).toEqual(['staging-1', 'staging-2']);
  });
});

it('a snapshot has all that is known of a target, and the gates decide on it', async () => {
  const ledgers: GateLedgers = { locks, quarantine, proved };
  const gates = {
    roles: { deploy: ['U9'] },
    freeze: [{ cron: '* * * * *', lastsMs: 120_000, zone: 'UTC', reason: 'always' }],
    after: 'staging',
  };
  const targets = [{ service: 'backend', environment: 'production', gates }];
  await locks.lock({ ...wish('d1'), environment: 'production' });
  await quarantine.quarantine('backend', { digest, operation: 'staging-3', reason: 'HTTP 5xx', at });
  const ask = async (more: object) => {
    const who = { id: 'U1', groups: [] };
    const question = {
      action: 'deploy' as const,
      targets,
      ref: 'main',
      who,
      bypass: false,
      now: at,
      ...more,
    };
    return decideGate(await gateSnapshot(question, ledgers));
  };
  const codes = async (more: object) => {
    const decision = await ask(more);
    return decision.kind === 'refuse' ? decision.blocks.map(({ code }) => code) : [];
  };
  expect(await codes({})).toEqual(['NOT_ALLOWED', 'LOCKED', 'FROZEN', 'NOT_PROVED_BEFORE']);
  await proved.note(
    { service: 'backend', environment: 'staging' },
    { digest, ref: 'main', operation: 'staging-1', at },
  );
  const images = { backend: { digest } };
  expect(await codes({ who: undefined, images })).toEqual(['LOCKED', 'FROZEN', 'QUARANTINED']);
  expect(await codes({ who: undefined, images, bypass: true })).toEqual([]);
  const bare = [{ service: 'auth', environment: 'production' }];
  expect(await ask({ targets: bare })).toMatchObject({ kind: 'refuse', blocks: [{ code: 'LOCKED' }] });
});

it('the operation of a thread is found by its root', async () => {
  const notes = new ThreadNotes(redis.client());
  const note = { channel: 'C1', shows: 'x', at };
  await notes.write('staging-1', 'root', note);
  expect(await notes.operationAt('C1', '1.2')).toBeUndefined();
  await notes.write('staging-1', 'root', { ...note, ts: '1.2' });
  await notes.write('staging-1', 'build', { ...note, ts: '1.3' });
  expect(await notes.operationAt('C1', '1.2')).toBe('staging-1');
  expect(await notes.operationAt('C1', '1.3')).toBeUndefined();
  expect(await notes.operationAt('C2', '1.2')).toBeUndefined();
});
