import { CloudError, reasonOf } from '../../cloud/errors.ts';
import { refusal } from '../../domain/reasons.ts';
import { refused } from '../messages/private.ts';
import { answer } from './answer.ts';
import type { Intake } from './intake.ts';
import type { Asker } from './open.ts';

/** The address for an answer is good for 30 minutes, but nobody waits so long for a look. */
const lookMs = 30_000;

/**
 * Reads something from Google for a person.
 * @returns undefined when it could not be read; the person has been told why, in private.
 */
export async function lookInCloud<Value>(
  look: (signal: AbortSignal) => Promise<Value>,
  { to }: Pick<Asker, 'to'>,
  { log }: Intake,
): Promise<Value | undefined> {
  const signal = AbortSignal.timeout(lookMs);
  try {
    return await look(signal);
  } catch (error) {
    log.warn({ err: error }, 'a look into the cloud failed');
    if (signal.aborted)
      await answer(
        to,
        refused(refusal('CLOUD_UNAVAILABLE', `Google Cloud did not answer in ${lookMs / 1_000} s.`)),
      );
    else if (error instanceof CloudError)
      await answer(to, refused(refusal(reasonOf(error.code), error.message)));
    else await answer(to, refused(refusal('INTERNAL', 'This could not be read.')));
    return undefined;
  }
}
