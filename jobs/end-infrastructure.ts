import type { Outcome } from '../src/domain/events.ts';
import type { Operation } from '../src/domain/operation.ts';
import { removeWorkFolder, workFolderOf } from '../src/infrastructure/work-folder.ts';
import type { Performance } from './performance.ts';

/**
 * Remembers what went well, which is where a rollback leads, and removes the plan file with all that is around it.
 * Before the end is written: a crash between repeats both, and twice is safe.
 */
export async function endInfrastructure(
  operation: Operation,
  outcome: Outcome,
  { records, now }: Performance,
): Promise<void> {
  const { plan } = operation.results;
  const { environment, byName } = operation.request;
  // Also where there was nothing to change: it is applied, and was found well.
  if (outcome === 'succeeded' && plan?.commit !== undefined) {
    const entry = { operation: operation.id, commit: plan.commit, byName, good: true, at: now() };
    await records.infrastructure.note(environment, entry);
  }
  await removeWorkFolder(workFolderOf(operation));
}
