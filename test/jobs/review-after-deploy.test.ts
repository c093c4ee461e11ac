import { expect, it } from 'vitest';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { MonitorRound } from '../../src/domain/monitor/round.ts';
import { key } from '../support/alert-decisions.ts';
import { roundsUntil, times } from '../support/monitoring.ts';
import { results, stable } from '../support/operations.ts';
import { asked, reviewed, useReviewing } from '../support/reviewing.ts';

const { state, ledger, alerts, review, look, sweep, types, told, requestedRollbacks, deployed, ended } =
  useReviewing();

it('users are taken back once, without a page, by an ordinary operation that names the revision', async () => {
  const deploy = await deployed();
  await look(...times(6, 0), 10, 10);
  expect(await types()).toEqual([]);
  await look(10);
  await look(10);
  await sweep();
  expect(await types()).toEqual(['fired', 'rolled-back']);
  const [rollback, ...others] = await requestedRollbacks();
  expect(others).toEqual([]);
  expect(state.submitted).toEqual([rollback?.id]);
  expect(rollback?.request).toMatchObject({
    by: 'monitor',
    revision: stable,
    channel: 'C0DEPLOYS',
    cause: { alert: key, deploy, digest: results.build.digest },
  });
  await ended(rollback?.id ?? '', 'succeeded');
  await look(...times(6, 0));
  expect(await types()).toEqual(['fired', 'rolled-back', 'resolved']);
  expect(state.pages).toEqual([]);
  // It comes back, and that deploy is over.
  await look(...times(3, 10));
  expect(await requestedRollbacks()).toEqual([]);
  expect(told()).toEqual(['trigger operations']);
});

it.each(['failed', 'succeeded'] as const)(
  'people are woken when the rollback has %s and it is as bad',
  async (outcome) => {
    await deployed();
    await look(...times(6, 0), ...times(4, 10));
    const [rollback] = await requestedRollbacks();
    await look(10);
    expect(state.pages).toEqual([]);
    await ended(rollback?.id ?? '', outcome);
    await look(10);
    await look(10);
    expect(told()).toEqual(['trigger operations']);
    await look(10);
    expect(state.pages).toHaveLength(1);
  },
);

it.each(['note fired', 'submit', 'note rolled-back'])('a crash at %s opens no second one', async (moment) => {
  await deployed();
  state.fault = moment;
  await expect(look(...times(6, 0), ...times(4, 10))).rejects.toThrow('crashed');
  state.fault = undefined;
  await (moment === 'note fired' ? review() : sweep());
  await review();
  expect(await types()).toEqual(['fired', 'rolled-back']);
  expect(await requestedRollbacks()).toHaveLength(1);
  expect(state.pages).toEqual([]);
});

it('a rollback that ended before it was noted is noted all the same, and nobody is woken', async () => {
  await deployed();
  state.fault = 'note rolled-back';
  await expect(look(...times(6, 0), ...times(4, 10))).rejects.toThrow('crashed');
  state.fault = undefined;
  const [rollback] = await requestedRollbacks();
  await ended(rollback?.id ?? '', 'succeeded');
  await sweep();
  expect(await alerts().alert(key)).toMatchObject({ rollback: rollback?.id });
  expect(state.pages).toEqual([]);
});

it('two symptoms of one deploy are one rollback', async () => {
  await deployed();
  state.rounds = roundsUntil(state.now + 100_000, [...times(6, 0), ...times(5, 10)]).map((round) => {
    const { handshakeFailures } = round.tallies;
    return { ...round, tallies: { handshakeFailures, serverErrors: handshakeFailures } } as MonitorRound;
  });
  state.now += 100_000;
  await review();
  expect(await requestedRollbacks()).toHaveLength(1);
  const [first, second] = await alerts().open();
  expect(first?.rollback).toBe(second?.rollback);
  expect(first?.rollback).toBeDefined();
});

it.each<[string, () => Promise<unknown>]>([
  ['users are on another revision', () => Promise.resolve((state.serving = 'backend-by-hand'))],
  [
    'somebody takes them back already',
    () => ledger().open({ ...asked, kind: 'rollback', plan: [], at: state.now, deliveryId: 'person' }),
  ],
  ['the watch window is over', () => look(...times(61, 0))],
])('people are woken instead when %s', async (_, happens) => {
  await deployed();
  await happens();
  const before = (await requestedRollbacks()).length;
  await look(...times(6, 0), ...times(5, 10));
  expect(await requestedRollbacks()).toHaveLength(before);
  expect(told()).toEqual(['trigger operations']);
});

it('a rule that only says what it would do says so, and does nothing', async () => {
  await deployed();
  const dry = { ...defaultPolicy, rules: defaultPolicy.rules.map((rule) => ({ ...rule, dryRun: true })) };
  state.rounds = roundsUntil(state.now + 90_000, [...times(5, 0), ...times(5, 10)]);
  state.now += 90_000;
  await review({ ...reviewed, monitors: dry });
  expect(await alerts().alert(key)).toMatchObject({ dryRun: true, takeBack: 'staging-1' });
  expect(await requestedRollbacks()).toEqual([]);
  expect(state.pages).toEqual([]);
});
