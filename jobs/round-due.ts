import type { Operation } from '../src/domain/operation.ts';
import { nextRound } from '../src/domain/rounds/next.ts';
import type { Ledger } from '../src/ledger/ledger.ts';

/** Whether rounds that wait have something to do: a round ended, or somebody asked for the next one. */
export async function isRoundDue(
  operation: Operation,
  { ledger, now }: { readonly ledger: Pick<Ledger, 'operation'>; readonly now: () => number },
): Promise<boolean> {
  if (operation.rounds === undefined || operation.phase === 'finished') return false;
  if (operation.cancelled !== undefined) return true;
  const move = nextRound(operation, now());
  if (move.kind !== 'follow') return move.kind !== 'wait';
  return (await ledger.operation(move.round.operation))?.phase === 'finished';
}
