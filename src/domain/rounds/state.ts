import type { EventOf } from '../events.ts';
import type { RoundSummary } from './summary.ts';

/** One pass, done by an operation of its own. */
export interface Round {
  /** From 1. */
  readonly round: number;
  /** The operation that does its work. */
  readonly operation: string;
  readonly ref: string;
  readonly way: 'deploy' | 're-run';
  /** Who asked for it; absent: a new build did, or it is the first. */
  readonly byName?: string | undefined;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** What it brought; absent while it is under way. */
  readonly summary?: RoundSummary;
}

/** What is asked for after a round. */
export interface RoundAsked {
  readonly way: Round['way'];
  readonly ref?: string | undefined;
  /** The operation whose image is deployed again. */
  readonly retryOf?: string | undefined;
  readonly by?: string | undefined;
  readonly byName?: string | undefined;
}

/** What has become of some rounds: the fold of their events. */
export interface RoundsState {
  /** Oldest first. */
  readonly list: readonly Round[];
  /** The round that comes next, asked for and not begun. */
  readonly asked?: RoundAsked;
  /** Nobody wants another one: the one under way is the last. */
  readonly stopped?: { readonly byName: string; readonly at: number };
}

export const noRounds: RoundsState = { list: [] };

type RoundEvent = EventOf<'round-started' | 'round-ended' | 'round-asked'>;

/** The same event twice changes nothing: a step that is run again tells it again. */
export function tellRounds(state: RoundsState, event: RoundEvent): RoundsState {
  const { list } = state;
  switch (event.type) {
    case 'round-started': {
      const { round, operation, ref, way, byName, at } = event;
      if (round !== list.length + 1) return state;
      const { asked: _, ...rest } = state;
      return { ...rest, list: [...list, { round, operation, ref, way, byName, startedAt: at }] };
    }
    case 'round-ended': {
      const last = list.at(-1);
      if (last === undefined || last.round !== event.round || last.summary !== undefined) return state;
      const ended = { ...last, endedAt: event.at, summary: event.summary };
      return { ...state, list: [...list.slice(0, -1), ended] };
    }
    case 'round-asked':
      return ask(state, event);
  }
}

/** Of two that come at once the first counts. */
function ask(state: RoundsState, { way, ref, by, byName, after, at }: EventOf<'round-asked'>): RoundsState {
  const { list, asked, stopped } = state;
  if (way === 'stop')
    return stopped === undefined ? { ...state, stopped: { byName: byName ?? 'nobody', at } } : state;
  const last = list.at(-1);
  const between = after === list.length && last?.summary !== undefined;
  if (!between || asked !== undefined || stopped !== undefined) return state;
  const again = { way: 'deploy', ref: last.ref, retryOf: last.operation } as const;
  return { ...state, asked: { ...(way === 'retry' ? again : { way, ref }), by, byName } };
}
