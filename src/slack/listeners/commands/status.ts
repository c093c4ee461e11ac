import type { StatusRequest } from '../../../domain/request/status.ts';
import { statusAnswer } from '../../messages/status.ts';
import { gatherStatus } from '../../../status/gather.ts';
import { answer } from '../answer.ts';
import type { Intake } from '../intake.ts';
import type { Asker } from '../open.ts';

/** A person waits for 3 s at most, and the answer takes its time to be sent. */
const patienceMs = 1_500;

/** `/deploy status [environment]`: how things stand. What cannot be read in time is told as unknown. */
export async function status({ environment }: StatusRequest, { to }: Asker, intake: Intake): Promise<void> {
  const known = await gatherStatus({ environment, patienceMs }, intake);
  return answer(to, statusAnswer(known, intake.now()));
}
