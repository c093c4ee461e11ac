import { describe, expect, it } from 'vitest';
import { isRoundDue } from '../../../jobs/round-due.ts';
import { cancelRound } from '../../../jobs/steps/rounds.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { useRedis } from '../../support/redis.ts';
import { idOf, suiteRun } from '../../support/rounds.ts';
import { hand, Killed, now, roundsStory, type RoundsStoryOptions } from '../../support/rounds-story.ts';

const redis = useRedis();
const begun = (options: Omit<RoundsStoryOptions, 'redis'> = {}) =>
  roundsStory({ redis: redis.client(), ...options });

const roundsIn = ({ rounds: state }: Operation) =>
  state?.list.map(({ operation, way, ref, summary }) => [operation, way, ref, summary?.modules.green]);

describe('the step of rounds', () => {
  it('opens the first round as a deploy of its own, and waits for its end', async () => {
    const story = await begun();
    expect(await story.run()).toMatchObject({ kind: 'waiting' });
    const child = await story.read('staging-2');
    expect(child.request).toMatchObject({
      kind: 'deploy',
      services: ['backend'],
      ref: 'main',
      suites: { names: ['e2e'], gate: false },
      parent: { operation: 'staging-1', round: 1 },
      by: 'U0DEVELOPER',
    });
    expect(child.request.plan).toContain('suites');
    expect(story.woken).toContain('staging-2');
    // All of it is told in the one thread.
    expect(new Set(story.told)).toEqual(new Set(['staging-1']));
    expect(await isRoundDue(await story.read(), { ledger: story.ledger, now })).toBe(false);
  });

  it('goes from round to round as it is asked, and ends by itself', async () => {
    const story = await begun();
    await story.run();
    await story.endChild('staging-2', [suiteRun([idOf(1), idOf(3)])]);
    expect(await isRoundDue(await story.read(), { ledger: story.ledger, now })).toBe(true);
    expect(await story.run()).toMatchObject({ kind: 'waiting' });

    await story.ask({ way: 're-run' });
    await story.run();
    expect((await story.read('staging-3')).request).toMatchObject({
      kind: 'validate',
      suites: { names: ['e2e'], only: { e2e: [idOf(1), idOf(3)] } },
    });
    await story.endChild('staging-3', [suiteRun([idOf(1), idOf(3)])], 'failed');
    await story.run();

    await story.ask({ ref: 'fix/ws' });
    await story.run();
    await story.endChild('staging-4', [suiteRun()]);
    expect(await story.run()).toEqual({ kind: 'finished', result: { rounds: 3, end: 'green' } });
    const operation = await story.read();
    expect(roundsIn(operation)).toEqual([
      ['staging-2', 'deploy', 'main', 8],
      ['staging-3', 're-run', 'main', 8],
      ['staging-4', 'deploy', 'fix/ws', 10],
    ]);
    expect(operation.rounds?.list[2]?.summary?.fixed).toEqual([idOf(1), idOf(3)]);
  });

  it('ends at the maximum, and after a round that somebody stopped in the middle', async () => {
    const most = await begun({ max: 1 });
    await most.run();
    await most.endChild('staging-2', [suiteRun([idOf(1)])]);
    expect(await most.run()).toMatchObject({ result: { rounds: 1, end: 'max' } });
  });

  it('is not ended by a Stop before its round is', async () => {
    const story = await begun();
    await story.run();
    await story.ask({ way: 'stop' });
    expect(await story.run()).toMatchObject({ kind: 'waiting' });
    await story.endChild('staging-2', [suiteRun([idOf(1)])]);
    expect(await story.run()).toMatchObject({ result: { rounds: 1, end: 'stopped' } });
  });

  it('tells of a round that could not begin as of any other, and waits', async () => {
    const story = await begun();
    await story.run();
    await story.endChild('staging-2', [], 'failed');
    expect(await story.run()).toMatchObject({ kind: 'waiting' });
    expect((await story.read()).rounds?.list[0]?.summary).toMatchObject({ outcome: 'failed' });
  });

  it('begins the next round with what the watched trigger has built, once', async () => {
    const commits: string[] = [];
    const story = await begun({ watch: true, newest: () => commits.at(-1) });
    await story.run();
    await story.endChild('staging-2', [suiteRun([idOf(1)])]);
    const waiting = await story.run();
    // It looks again by itself, and gently.
    expect(waiting).toMatchObject({ kind: 'waiting' });
    if (waiting.kind === 'waiting') expect(waiting.until - now()).toBeGreaterThan(20_000);
    expect(await isRoundDue(await story.read(), { ledger: story.ledger, now })).toBe(false);
    commits.push('c0ffee');
    await story.run();
    expect((await story.read('staging-3')).request).toMatchObject({ ref: 'c0ffee', by: 'U0DEVELOPER' });
    await story.endChild('staging-3', [suiteRun([idOf(1)])]);
    await story.run();
    expect((await story.read()).rounds?.list).toHaveLength(2);
  });
});

describe('a worker of rounds that is killed', () => {
  const points = [
    { name: 'once the round is opened', deadly: { after: 'begin' } },
    { name: 'before it is noted', deadly: { before: 'round-started' } },
    { name: 'once it is noted', deadly: { after: 'round-started' } },
  ] as const;

  it.each(points)('$name leaves one round to the next worker', async ({ deadly }) => {
    const story = await begun();
    await expect(story.run(deadly)).rejects.toThrow(Killed);
    expect(await story.run()).toMatchObject({ kind: 'waiting' });
    expect(roundsIn(await story.read())).toEqual([['staging-2', 'deploy', 'main', undefined]]);
    expect(await story.ledger.unfinished()).toEqual(['staging-1', 'staging-2']);
  });

  it.each(['before', 'after'] as const)('%s it notes the end of a round repeats nothing', async (when) => {
    const story = await begun();
    await story.run();
    await story.endChild('staging-2', [suiteRun([idOf(1)])]);
    await expect(story.run({ [when]: 'round-ended' })).rejects.toThrow(Killed);
    expect(await story.run()).toMatchObject({ kind: 'waiting' });
    expect(roundsIn(await story.read())).toEqual([['staging-2', 'deploy', 'main', 9]]);
  });

  it.each(points)('$name of what was asked for begins that once', async ({ deadly }) => {
    const story = await begun();
    await story.run();
    await story.endChild('staging-2', [suiteRun([idOf(1)])]);
    await story.run();
    await story.ask({ ref: 'fix/ws' });
    await expect(story.run(deadly)).rejects.toThrow(Killed);
    await story.run();
    await story.run();
    expect(roundsIn(await story.read())).toEqual([
      ['staging-2', 'deploy', 'main', 9],
      ['staging-3', 'deploy', 'fix/ws', undefined],
    ]);
  });
});

describe('rounds that somebody cancels', () => {
  /** As the worker does that hears of it, while another one ends the round. */
  async function cancel(story: Awaited<ReturnType<typeof begun>>) {
    const operation = await story.read();
    await story.ledger.appendIf(operation, { ...hand, type: 'cancelled', at: now() });
    const claim = await story.ledger.claim(story.id, { type: 'started', at: now(), worker: 'w' });
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const context = story.contextOf(claim);
    const seen = { child: '' };
    const cancelling = cancelRound({
      ...context,
      children: {
        ...context.children,
        cancel: async (id, by) => {
          await context.children.cancel(id, by);
          seen.child = id;
          expect((await story.read(id)).cancelled).toMatchObject(hand);
          await story.endChild(id, [], 'cancelled');
        },
      },
    });
    await cancelling;
    return seen.child;
  }

  it('cancel the round that is under way, and tell how it ended', async () => {
    const story = await begun();
    await story.run();
    expect(await cancel(story)).toBe('staging-2');
    expect((await story.read()).rounds?.list[0]?.summary).toMatchObject({ outcome: 'cancelled' });
    expect(story.woken.filter((id) => id === 'staging-2')).toHaveLength(2);
  });

  it('find a round that was opened and not noted', async () => {
    const story = await begun();
    await expect(story.run({ after: 'begin' })).rejects.toThrow(Killed);
    expect(await cancel(story)).toBe('staging-2');
  });

  it('have nothing to cancel between two rounds', async () => {
    const story = await begun();
    await story.run();
    await story.endChild('staging-2', [suiteRun([idOf(1)])]);
    await story.run();
    expect(await cancel(story)).toBe('');
  });
});
