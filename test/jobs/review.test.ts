import { beforeEach, describe, expect, it } from 'vitest';
import { makeReview, sweepAlerts } from '../../jobs/review.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { MonitorRound } from '../../src/domain/monitor/round.ts';
import type { Page } from '../../src/domain/page/page.ts';
import { deployPlan } from '../../src/domain/plan.ts';
import type { Target } from '../../src/domain/target.ts';
import { Alerts } from '../../src/ledger/alerts.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { type Records, recordsOf } from '../../src/ledger/records.ts';
import { key } from '../support/alert-decisions.ts';
import { everyMs, roundsUntil, times } from '../support/monitoring.ts';
import { began, candidate, results, stable } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
let ledger: Ledger;
let alerts: Alerts;
let records: Records;
let rounds: readonly MonitorRound[];
let now: number;
let pages: Page[];
let submitted: string[];
let serving: string;
let fault: string | undefined;

beforeEach(() => {
  ledger = new Ledger(redis.client(), () => undefined);
  alerts = new Alerts(redis.client(), () => undefined);
  records = recordsOf(redis.client());
  [rounds, now, pages, submitted, serving, fault] = [[], began, [], [], candidate, undefined];
});

const target = {
  service: 'backend',
  environment: 'staging',
  channel: 'C0DEPLOYS',
  ref: 'main',
  after: [],
  rollout: { drainMs: 0 },
  card: { impact: 'No chat' },
  monitors: { ...defaultPolicy, escalateTo: 'managers', mute: ['lock'] },
} as unknown as Target;

/** A crash at that moment: what stands there is not done, and nothing after it. */
function at(moment: string): void {
  if (fault === moment) throw new Error(`crashed at ${moment}`);
}

const options = () => ({
  alerts: {
    alert: (name: string) => alerts.alert(name),
    unsettled: () => alerts.unsettled(),
    change: ((name, change) =>
      alerts.change(name, {
        ...change,
        decide: (alert) => {
          const decided = change.decide(alert);
          if (decided.event !== undefined) at(`note ${decided.event.type}`);
          return decided;
        },
      })) as Alerts['change'],
  },
  ledger,
  records,
  producer: {
    submit: async (id: string) => {
      at('submit');
      submitted.push(id);
      await Promise.resolve();
    },
    wake: () => Promise.resolve(),
  },
  pages: {
    submit: async (page: Page) => {
      at('page');
      pages.push(page);
      await Promise.resolve();
    },
  },
  explain: () => undefined,
  series: { since: () => Promise.resolve(rounds) },
  serving: () => Promise.resolve([{ revision: serving, percent: 100 }]),
  log: { warn: () => undefined },
  now: () => now,
  targetOf: () => target,
});

const review = () => makeReview(options())(target);
const sweep = () => sweepAlerts(options());
/** So many rounds later, of which each failed so. */
async function look(...failures: readonly number[]): Promise<void> {
  now += failures.length * everyMs;
  rounds = [...rounds, ...roundsUntil(now, failures)];
  await review();
}
const types = async () => (await alerts.events(key)).map(({ type }) => type);
const told = () => pages.map(({ action, team }) => `${action} ${team}`);
const requestedRollbacks = async () => {
  const operations = await Promise.all((await ledger.unfinished()).map((id) => ledger.operation(id)));
  return operations.filter((operation) => operation?.request.kind === 'rollback');
};

const asked = {
  environment: 'staging',
  services: ['backend'],
  ref: 'main',
  by: 'U0DEVELOPER',
  byName: 'developer',
  channel: 'C0DEPLOYS',
  typedIn: 'C0DEPLOYS',
};

/** A deploy that has just ended well. */
async function deployed(): Promise<string> {
  const plan = [...deployPlan({ approval: false })];
  const { id } = await ledger.open({ ...asked, kind: 'deploy', plan, at: now, deliveryId: 'deploy' });
  const claim = await ledger.claim(id, { type: 'started', at: now, worker: 'w' });
  if (claim.kind !== 'claimed') throw new Error('The deploy was not claimed');
  for (const step of ['build', 'candidate'] as const)
    await ledger.append(claim, { type: 'step-finished', at: now, step, result: results[step] } as never);
  await records.served.note(target, { revision: candidate, image: '', operation: id, byName: '', at: now });
  await ledger.finish(claim, { type: 'finished', at: now, outcome: 'succeeded' });
  return id;
}

async function ended(id: string, outcome: 'succeeded' | 'failed'): Promise<void> {
  const claim = await ledger.claim(id, { type: 'started', at: now, worker: 'w' });
  if (claim.kind !== 'claimed') throw new Error('The rollback was not claimed');
  if (outcome === 'succeeded') {
    serving = stable;
    await records.served.note(target, { revision: stable, image: '', operation: id, byName: '', at: now });
  }
  await ledger.finish(claim, { type: 'finished', at: now, outcome });
}

describe('without a deploy', () => {
  it('an outage is paged once, goes further when nobody takes it, and its end is told to all', async () => {
    await look(...times(12, 0), 10);
    expect(await types()).toEqual([]);
    await look(10);
    await look(10);
    expect(await types()).toEqual(['fired', 'paged']);
    expect(told()).toEqual(['trigger operations']);
    expect(pages[0]).toMatchObject({ dedupKey: `${key}#${now - everyMs}`, details: { impact: 'No chat' } });
    await look(...times(60, 10));
    expect(told()).toEqual(['trigger operations', 'trigger managers']);
    await look(...times(6, 0));
    expect(told().slice(2)).toEqual(['resolve operations', 'resolve managers']);
    await look(0);
    expect(pages).toHaveLength(4);
    expect(await alerts.unsettled()).toEqual([]);
    expect(await ledger.unfinished()).toEqual([]);
  });

  it('nobody is woken while a lock keeps rules quiet, and what fires ends all the same', async () => {
    const lock = { ...asked, reason: 'load test', lastsMs: 3_600_000, deliveryId: 'lock', at: now };
    await records.locks.lock(lock);
    await look(...times(12, 0), 10, 10, 10);
    expect(await types()).toEqual([]);
    await records.locks.unlock({ ...asked, at: now, deliveryId: 'unlock' });
    await look(10);
    expect(await types()).toEqual(['fired', 'paged']);
    await records.locks.lock({ ...lock, at: now, deliveryId: 'again' });
    await look(...times(6, 0));
    expect((await types()).at(-2)).toBe('resolved');
  });

  it('time runs on where nobody measures any more', async () => {
    await look(10, 10);
    now += 10 * 60_000;
    await sweep();
    await sweep();
    expect(told()).toEqual(['trigger operations', 'trigger managers']);
  });

  it.each(['page', 'note paged'])('a crash at %s is made good by the sweep', async (moment) => {
    fault = moment;
    await expect(look(10, 10)).rejects.toThrow('crashed');
    fault = undefined;
    await sweep();
    await sweep();
    expect(await types()).toEqual(['fired', 'paged']);
    // The same page, if it was handed over before: its queue knows it.
    expect(new Set(pages.map((page) => JSON.stringify(page))).size).toBe(1);
  });
});

describe('after a deploy', () => {
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
    expect(submitted).toEqual([rollback?.id]);
    expect(rollback?.request).toMatchObject({
      by: 'monitor',
      revision: stable,
      channel: 'C0DEPLOYS',
      cause: { alert: key, deploy, digest: results.build.digest },
    });
    await ended(rollback?.id ?? '', 'succeeded');
    await look(...times(6, 0));
    expect(await types()).toEqual(['fired', 'rolled-back', 'resolved']);
    expect(pages).toEqual([]);
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
      expect(pages).toEqual([]);
      await ended(rollback?.id ?? '', outcome);
      await look(10);
      await look(10);
      expect(told()).toEqual(['trigger operations']);
      await look(10);
      expect(pages).toHaveLength(1);
    },
  );

  it.each(['note fired', 'submit', 'note rolled-back'])(
    'a crash at %s opens no second one',
    async (moment) => {
      await deployed();
      fault = moment;
      await expect(look(...times(6, 0), ...times(4, 10))).rejects.toThrow('crashed');
      fault = undefined;
      await (moment === 'note fired' ? review() : sweep());
      await review();
      expect(await types()).toEqual(['fired', 'rolled-back']);
      expect(await requestedRollbacks()).toHaveLength(1);
      expect(pages).toEqual([]);
    },
  );

  it('a rollback that ended before it was noted is noted all the same, and nobody is woken', async () => {
    await deployed();
    fault = 'note rolled-back';
    await expect(look(...times(6, 0), ...times(4, 10))).rejects.toThrow('crashed');
    fault = undefined;
    const [rollback] = await requestedRollbacks();
    await ended(rollback?.id ?? '', 'succeeded');
    await sweep();
    expect(await alerts.alert(key)).toMatchObject({ rollback: rollback?.id });
    expect(pages).toEqual([]);
  });

  it('two symptoms of one deploy are one rollback', async () => {
    await deployed();
    rounds = roundsUntil(now + 100_000, [...times(6, 0), ...times(5, 10)]).map((round) => {
      const { handshakeFailures } = round.tallies;
      return { ...round, tallies: { handshakeFailures, serverErrors: handshakeFailures } } as MonitorRound;
    });
    now += 100_000;
    await review();
    expect(await requestedRollbacks()).toHaveLength(1);
    const [first, second] = await alerts.open();
    expect(first?.rollback).toBe(second?.rollback);
    expect(first?.rollback).toBeDefined();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['users are on another revision', () => Promise.resolve((serving = 'backend-by-hand'))],
    [
      'somebody takes them back already',
      () => ledger.open({ ...asked, kind: 'rollback', plan: [], at: now, deliveryId: 'person' }),
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
    rounds = roundsUntil(now + 90_000, [...times(5, 0), ...times(5, 10)]);
    now += 90_000;
    await makeReview(options())({ ...target, monitors: dry });
    expect(await alerts.alert(key)).toMatchObject({ dryRun: true, takeBack: 'staging-1' });
    expect(await requestedRollbacks()).toEqual([]);
    expect(pages).toEqual([]);
  });
});
