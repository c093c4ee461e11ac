import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { type IssuesOptions, issueTeller } from '../../jobs/issues.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { Issues } from '../../src/ledger/issues.ts';
import { Leases } from '../../src/ledger/leases.ts';
import { deployPlan } from '../../src/domain/plan.ts';
import { commentsIn, startGithub } from '../support/github.ts';
import { deployWith, green, round, roundsRequested, suiteRun } from '../support/rounds.ts';
import { allDone, done, end, requested, started, told } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const server = useRedis();

const plan = [...deployPlan({ approval: false, validation: true })];
const about = (more: Parameters<typeof requested>[0] = {}): Operation =>
  told(
    requested({ issue: 128, plan, ...more }),
    started,
    ...allDone('prove', 'shift', 'verify'),
    end('succeeded'),
  );
const deploy = about();

interface Hand extends Partial<IssuesOptions> {
  readonly operation?: Operation;
  /** Operations of its rounds. */
  readonly children?: readonly Operation[];
}

/** A worker of its own, on the Redis of the file; `later` moves its clock. */
async function startTeller(more: Hand = {}) {
  const { sandbox, github, place } = await startGithub();
  const { operation = deploy, children = [], ...options } = more;
  let ahead = 0;
  const announced: string[] = [];
  const make = (changed: Partial<IssuesOptions> = {}) => {
    const redis = server.connect();
    return issueTeller({
      issues: new Issues(redis),
      leases: new Leases(redis),
      ledger: { operation: (id) => Promise.resolve([operation, ...children].find((each) => each.id === id)) },
      github,
      close: false,
      placeOf: () => place,
      threadOf: () => Promise.resolve(undefined),
      announce: (id) => Promise.resolve(void announced.push(id)),
      log: pino({ level: 'silent' }),
      now: () => Date.now() + ahead,
      ...options,
      ...changed,
    });
  };
  const teller = make();
  return {
    sandbox,
    teller,
    make,
    announced,
    operation,
    later: (ms: number) => {
      ahead += ms;
    },
    kind: async () => (await teller.told(operation.id))?.kind,
  };
}

describe('an issue', () => {
  it('is told once how an operation about it ended, however often that is seen', async () => {
    const { sandbox, teller, make, announced, kind } = await startTeller();
    await Promise.all([teller.ended(deploy), make().ended(deploy), make().sweep()]);
    await vi.waitUntil(async () => (await kind()) === 'told');
    await teller.ended(deploy);
    await Promise.all([teller.sweep(), make().sweep()]);
    expect(commentsIn(sandbox)).toHaveLength(1);
    expect(commentsIn(sandbox)[0]).toContain('**Resolved**: 1 of 1 checks are healthy.');
    expect(announced).toEqual(['staging-42']);
    expect((await teller.told('staging-42'))?.url).toContain('#issuecomment-');
    expect(sandbox.repository.issue(128)!.state).toBe('open');
  });

  it('is not told of what is not over, of a part of other work, or without a token', async () => {
    const { sandbox, teller, make } = await startTeller();
    await teller.ended(told(requested({ issue: 128, plan }), started));
    await teller.ended(about({ parent: { operation: 'staging-41', round: 2 } }));
    await teller.ended(told(requested(), started, end('succeeded')));
    await make({ github: undefined }).ended(deploy);
    await teller.sweep();
    expect(sandbox.answers()).toEqual([]);
    expect(await teller.told('staging-42')).toBeUndefined();
  });

  it('is told once of rounds, and not of each round', async () => {
    const child = deployWith([suiteRun()]);
    const operation = told(
      roundsRequested({ issue: 128 }),
      started,
      ...round(1, green),
      ...done('rounds', { rounds: 1, end: 'green' }),
      end('succeeded'),
    );
    const { sandbox, teller, kind } = await startTeller({ operation, children: [child] });
    for (const each of [child, operation, child, operation]) await teller.ended(each);
    await vi.waitUntil(async () => (await kind()) === 'told');
    await teller.sweep();
    const [comment, ...others] = commentsIn(sandbox);
    expect(others).toEqual([]);
    expect(comment).toContain('**Resolved**: all suites passed in round 1.');
    expect(comment).toContain('- Revision `backend-r42-k3f9ab`');
  });

  it('is told by the sweep of another worker when the first one died after the comment', async () => {
    const { sandbox, teller, make, kind } = await startTeller();
    const dying = make({
      issues: Object.assign(new Issues(server.connect()), {
        write: () => Promise.reject(new Error('killed')),
      }),
    });
    await dying.ended(deploy);
    await vi.waitUntil(() => commentsIn(sandbox).length === 1);
    expect(await kind()).toBe('owed');
    await vi.waitUntil(async () => {
      await teller.sweep();
      return (await kind()) === 'told';
    });
    expect(commentsIn(sandbox)).toHaveLength(1);
  });

  it('is tried again after a fault, not before GitHub allows it, and the thread says so once', async () => {
    const { sandbox, teller, later, announced, kind } = await startTeller();
    sandbox.faults.rateLimit(90, 2);
    await teller.ended(deploy);
    await vi.waitUntil(() => announced.length === 1);
    expect(await teller.told('staging-42')).toMatchObject({
      kind: 'owed',
      reason: 'GitHub answered 403: its rate limit is used up',
    });
    later(89_000);
    await teller.sweep();
    expect(sandbox.answers()).toHaveLength(1);
    later(2_000);
    await teller.sweep();
    expect(sandbox.answers()).toHaveLength(2);
    expect(announced).toHaveLength(1);
    later(91_000);
    await teller.sweep();
    expect(await kind()).toBe('told');
    expect(announced).toHaveLength(2);
  });

  it('is given up after a day', async () => {
    const { sandbox, teller, later, announced, kind } = await startTeller();
    sandbox.faults.down(true);
    await teller.ended(deploy);
    await vi.waitUntil(() => announced.length === 1, { timeout: 30_000 });
    later(25 * 3_600_000);
    await teller.sweep();
    expect(await kind()).toBe('refused');
    expect((await teller.told('staging-42'))?.reason).toBe('GitHub was not reached, for a day');
    sandbox.faults.down(false);
    await teller.sweep();
    expect(commentsIn(sandbox)).toEqual([]);
  });

  it.each([
    [
      'there is no such issue',
      { placeOf: () => ({ owner: 'example', repo: 'chat', number: 9, url: '' }) },
      '404',
    ],
    ['no repository is known', { placeOf: () => undefined }, 'no repository on GitHub is known'],
  ])('is not told where %s', async (_what, more, reason) => {
    const { sandbox, teller, kind } = await startTeller(more);
    await teller.ended(deploy);
    await vi.waitUntil(async () => (await kind()) === 'refused');
    expect((await teller.told('staging-42'))?.reason).toContain(reason);
    expect(commentsIn(sandbox)).toEqual([]);
  });

  it('is closed only where that is wished, and shown to be resolved', async () => {
    const resolved = await startTeller({ close: true });
    await resolved.teller.ended(deploy);
    // The client leaves a second between two writes.
    await vi.waitUntil(async () => (await resolved.kind()) === 'told', { timeout: 30_000 });
    expect(resolved.sandbox.repository.issue(128)!.state).toBe('closed');
    expect((await resolved.teller.told('staging-42'))?.closed).toBe(true);

    const operation = about({ number: 43, plan: [...deployPlan({ approval: false })] });
    const unshown = await startTeller({ close: true, operation });
    await unshown.teller.ended(operation);
    await vi.waitUntil(async () => (await unshown.kind()) === 'told', { timeout: 30_000 });
    expect(unshown.sandbox.repository.issue(128)!.state).toBe('open');
  });
});
