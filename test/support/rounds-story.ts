import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { expect } from 'vitest';
import { childrenOf } from '../../jobs/children.ts';
import type { StepContext } from '../../jobs/step.ts';
import { rounds } from '../../jobs/steps/rounds.ts';
import type { Event, EventOf } from '../../src/domain/events.ts';
import type { StepResults } from '../../src/domain/results.ts';
import type { SuiteRun } from '../../src/domain/suite/run.ts';
import { Ledger, type Writer } from '../../src/ledger/ledger.ts';
import { backend } from '../cloud/support.ts';
import { roundsRequested } from './rounds.ts';

export const now = Date.now;
export const hand = { by: 'U0DEVELOPER', byName: 'developer' };

/** A worker that dies there: what it would have done next is not done. */
export class Killed extends Error {}
type Deadly = 'begin' | Event['type'] | undefined;

export interface RoundsStoryOptions {
  readonly redis: Redis;
  readonly max?: number;
  readonly watch?: boolean;
  /** The commit of the newest build, once there is one. */
  readonly newest?: () => string | undefined;
}

/** Rounds in a ledger of their own, whose children are ended by hand. */
export async function roundsStory({ redis, max = 10, watch = false, newest }: RoundsStoryOptions) {
  const told: string[] = [];
  const woken: string[] = [];
  const ledger = new Ledger(redis, (thread) => told.push(thread));
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
      cloud: { triggers: { newest: () => Promise.resolve(newest?.()) } },
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
