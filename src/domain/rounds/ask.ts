import type { EventOf } from '../events.ts';
import { type Operation, operationLabel } from '../operation.ts';
import { type Refusal, refusal } from '../reasons.ts';
import { canRetry, hasFailed, nextRound } from './next.ts';
import { noRounds } from './state.ts';

/** What people read on the buttons between two rounds. */
export const roundTitles = {
  retry: 'Retry round',
  deploy: 'Deploy next round',
  're-run': 'Re-run failed',
  stop: 'Stop',
} as const;
export type RoundHand = keyof typeof roundTitles;

type AskedEvent = EventOf<'round-asked'>;

export type RoundDecision =
  | { readonly kind: 'accept'; readonly event: AskedEvent }
  /** The same person has asked for the same: it is done. */
  | { readonly kind: 'known' }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** The buttons that act between two rounds, in their order; none while one is under way. Pure. */
export function roundHandsOf(operation: Operation): readonly RoundHand[] {
  if (!isOpen(operation) || nextRound(operation, 0).kind !== 'wait') return [];
  const { list } = operation.rounds ?? noRounds;
  const retry = canRetry(list) ? (['retry'] as const) : [];
  const again = hasFailed(list) ? (['re-run'] as const) : [];
  return [...retry, 'deploy', ...again, 'stop'];
}

/** Decides whether a click still acts. Whether the person may is the matter of the gates. Pure. */
export function decideRound(
  operation: Operation | undefined,
  click: Omit<AskedEvent, 'type'>,
): RoundDecision {
  const { rounds = noRounds } = operation ?? {};
  if (operation?.request.kind !== 'rounds')
    return { kind: 'refuse', refusal: refusal('NOT_FOUND', 'These rounds are not in the ledger.') };
  const accepted = { kind: 'accept', event: { ...click, type: 'round-asked' } } as const;
  if (click.way === 'stop' && isOpen(operation))
    return rounds.stopped === undefined ? accepted : { kind: 'known' };
  const { asked } = rounds;
  const way = asked?.retryOf === undefined ? asked?.way : 'retry';
  if (way === click.way && asked?.by === click.by) return { kind: 'known' };
  const current = click.after === rounds.list.length && asked === undefined;
  if (current && roundHandsOf(operation).includes(click.way)) return accepted;
  const summary = `${roundTitles[click.way]} does nothing now: ${operationLabel(operation.id)} ${stateText(operation)}.`;
  return { kind: 'refuse', refusal: refusal('CONTROL_OVER', summary) };
}

function isOpen({ phase, cancelled, failure }: Operation): boolean {
  return phase !== 'finished' && cancelled === undefined && failure === undefined;
}

function stateText(operation: Operation): string {
  const { list, asked, stopped } = operation.rounds ?? noRounds;
  if (!isOpen(operation)) return 'has ended';
  if (stopped !== undefined) return `was stopped by ${stopped.byName}`;
  if (asked !== undefined) return `begins round ${list.length + 1} already`;
  return list.at(-1)?.summary === undefined
    ? `runs round ${list.length}`
    : `waits after round ${list.length}`;
}
