import { refusal } from '../../domain/reasons.ts';
import { refused } from '../messages/private.ts';
import { answer } from './answer.ts';
import { type Intake, withinPatience } from './intake.ts';
import type { Asker } from './open.ts';

export interface LedgerQuestion<Value> {
  readonly work: Promise<Value>;
  /** What a person reads when there is no answer: one sentence. */
  readonly otherwise: string;
}

/**
 * Reads or writes the ledger for a person, for no longer than they would wait.
 * @returns undefined when it did not answer: then the person has been told so.
 */
export async function askLedger<Value>(
  { work, otherwise }: LedgerQuestion<Value>,
  { to }: Pick<Asker, 'to'>,
  { log }: Intake,
): Promise<{ readonly value: Value } | undefined> {
  const kept = await withinPatience(work);
  if (kept.kind === 'kept') return kept;
  log.error({ err: kept.cause }, otherwise);
  await answer(to, refused(refusal('LEDGER_UNAVAILABLE', otherwise)));
  return undefined;
}
