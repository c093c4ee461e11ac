import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { childrenOf } from '../../../jobs/children.ts';
import { isRoundDue } from '../../../jobs/round-due.ts';
import type { StepContext } from '../../../jobs/step.ts';
import { cancelRound, rounds } from '../../../jobs/steps/rounds.ts';
import type { Event, EventOf } from '../../../src/domain/events.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { StepResults } from '../../../src/domain/results.ts';
import type { SuiteRun } from '../../../src/domain/suite/run.ts';
import { Ledger, type Writer } from '../../../src/ledger/ledger.ts';
import { backend } from '../../cloud/support.ts';
import { useRedis } from '../../support/redis.ts';
import { idOf, roundsRequested, suiteRun } from '../../support/rounds.ts';

const redis = useRedis();
const now = Date.now;
const hand = { by: 'U0DEVELOPER', byName: 'developer' };

/** A worker that dies there: what it would have done next is not done. */
class Killed extends Error {}
type Deadly = 'begin' | Event['type'] | undefined;

interface StoryOptions {
  readonly max?: number;
  readonly watch?: boolean;
  /** The commit of the newest build, once there is one. */
  readonly newest?: () => string | undefined;
}

/** Rounds in a ledger of their own, whose children are ended by hand. */
async function begun({ max = 10, watch = false, newest }: StoryOptions = {}) {
  const told: string[] = [];
  const woken: string[] = [];
  const ledger = new Ledger(redis.client(), (thread) => told.push(thread));
  const { type: _, number: __, uid: ___, ...request } = roundsRequested({ rounds: { max, watch } });
  const { id } = await ledger.open({ ...request, at: now(), deliveryId: 'rounds' });
  const wake = (each: string) => Promise.resolve(void woken.push(each));
  const children = childrenOf({ ledger, producer: { submit: wake, wake }, now });
  const read = async (which = id) => (await ledger.operation(which))!;

  /** One run of the step by a new worker, which may be killed before or after an event of a kind. */
  async function run({ before, after }: { readonly before?: Deadly; readonly after?: Deadly } = {}) {
    const claim = await ledger.claim(id, { type: 'started', at: now(), worker: 'w' });
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const context = contextOf({ operation: claim.operation, token: claim.token }, { before, after });
    return rounds(context);
  }

  function contextOf(
    writer: Writer,
    { before, after }: { before?: Deadly; after?: Deadly } = {},
  ): StepContext {
    const die = (when: Deadly, what: Deadly) => {
      if (when !== undefined && when === what) throw new Killed();
    };
    const trigger = { ...backend, build: { ...backend.build, trigger: 'backend-main' } };
    return {
      operation: writer.operation,
      target: trigger,
      targets: [trigger],
      cloud: { build: { newest: () => Promise.resolve(newest?.()) } },
      log: pino({ level: 'silent' }),
      signal: new AbortController().signal,
      now,
      reload: () => read(),
      other: (other: string) => ledger.operation(other),
      children: {
        ...children,
        begin: async (...asked: Parameters<typeof children.begin>) => {
          const child = await children.begin(...asked);
          die(after, 'begin');
          return child;
        },
      },
      append: async (event: Event) => {
        die(before, event.type);
        await ledger.append(writer, event);
        die(after, event.type);
      },
    } as unknown as StepContext;
  }

  /** The operation of a round ends, as its worker would end it. */
  async function endChild(
    child: string,
    runs: readonly SuiteRun[],
    outcome: EventOf<'finished'>['outcome'] = 'succeeded',
  ) {
    const claim = await ledger.claim(child, { type: 'started', at: now(), worker: 'w' });
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const result = { runs: [...runs] } satisfies StepResults['suites'];
    const told: Event = { type: 'step-finished', at: now(), step: 'suites', result };
    if (runs.length > 0) await ledger.append(claim, told);
    await ledger.finish(claim, { type: 'finished', at: now(), outcome });
  }

  const ask = async (more: Partial<EventOf<'round-asked'>> = {}) => {
    const operation = await read();
    const after = operation.rounds?.list.length ?? 0;
    const event: Event = { ...hand, type: 'round-asked', at: now(), after, way: 'deploy', ...more };
    expect(await ledger.appendIf(operation, event)).toBe(true);
  };
  return { id, ledger, read, run, contextOf, endChild, ask, told, woken };
}

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
