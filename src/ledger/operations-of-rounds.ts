import type { Operation } from '../domain/operation.ts';
import type { Ledger } from './ledger.ts';

/** What the rounds of an operation have begun, oldest first; none where it has no rounds. */
export async function operationsOfRounds(
  { rounds }: Operation,
  ledger: Pick<Ledger, 'operation'>,
): Promise<readonly Operation[]> {
  const ids = rounds?.list.map(({ operation }) => operation) ?? [];
  const found = await Promise.all(ids.map((id) => ledger.operation(id)));
  return found.filter((child) => child !== undefined);
}
