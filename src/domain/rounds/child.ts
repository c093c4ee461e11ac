import type { EventOf } from '../events.ts';
import type { Operation } from '../operation.ts';
import { suitesPlan } from '../plan.ts';
import { plansOf } from '../plan-of.ts';
import type { SuiteRun, SuiteSelection } from '../suite/run.ts';
import type { Target } from '../target.ts';
import type { RoundsMove } from './next.ts';

type Begin = Extract<RoundsMove, { kind: 'begin' }>;
export type ChildRequest = Omit<EventOf<'requested'>, 'type' | 'at' | 'number' | 'uid'>;

export interface ChildParts {
  readonly rounds: Operation;
  readonly move: Begin;
  readonly targets: readonly [Target, ...Target[]];
  /** Where the tests stand; a re-run needs it. */
  readonly standing: readonly SuiteRun[] | undefined;
}

/** Knows the round again, however often it is begun. */
export function roundDelivery(rounds: string, round: number): string {
  return `round:${rounds}:${round}`;
}

/** The operation that does the work of a round: an ordinary deploy, or the failed tests once more. Pure. */
export function childRequest({ rounds, move, targets, standing = [] }: ChildParts): ChildRequest {
  const { id, request } = rounds;
  const { round, way, ref, retryOf } = move;
  const { services, environment, channel, typedIn, build } = request;
  const whose = {
    services,
    environment,
    ref,
    channel,
    typedIn,
    by: move.by ?? request.by,
    byName: move.byName ?? request.byName,
    parent: { operation: id, round },
  };
  const names = request.suites?.names ?? [];
  if (way === 're-run')
    return { ...whose, kind: 'validate', plan: [...suitesPlan], suites: failedOf(names, standing) };
  // A failing test is what a round is there to tell: it takes nothing back.
  const suites = { names: [...names], gate: false };
  return {
    ...whose,
    kind: 'deploy',
    ...plansOf(targets, { kind: 'deploy', suites }),
    suites,
    ...(build === undefined ? {} : { build }),
    ...(retryOf === undefined ? {} : { retryOf }),
  };
}

/** Suites that could not tell, or told of more failures than are kept, run whole. */
function failedOf(names: readonly string[], standing: readonly SuiteRun[]): SuiteSelection {
  const bad = standing.filter(({ counts, problem }) => counts.failed > 0 || problem !== undefined);
  const only = bad
    .filter(({ counts, failed, problem }) => problem === undefined && counts.failed === failed.length)
    .map(({ suite, failed }): [string, string[]] => [
      suite,
      failed.filter(({ again }) => again !== 'passed').map(({ id }) => id),
    ]);
  return {
    names: bad.length === 0 ? [...names] : bad.map(({ suite }) => suite),
    gate: false,
    only: Object.fromEntries(only),
  };
}
