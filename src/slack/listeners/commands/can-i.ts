import { refusal } from '../../../domain/reasons.ts';
import type { DeployRequest } from '../../../domain/request/deploy.ts';
import { canIAnswer } from '../../messages/gate.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { knownTargets } from '../begin.ts';
import { askGate } from '../gate.ts';
import type { Intake } from '../intake.ts';
import type { Asker } from '../open.ts';

/** `/deploy can-i <services> <environment> [ref:…]`: the decision of a deploy, without the deploy. */
export async function canI(request: DeployRequest, asker: Asker, intake: Intake): Promise<void> {
  const targets = await knownTargets(request, asker, intake);
  if (targets === undefined) return;
  const { person, to } = asker;
  const asked = { action: 'deploy' as const, targets, ref: request.ref, bypass: false };
  const decided = await askGate(asked, person.by, intake);
  if (decided.kind === 'kept')
    return answer(to, canIAnswer({ decision: decided.value, approval: targets[0].approval }, request));
  intake.log.error({ err: decided.cause }, 'the gates could not be asked');
  return answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'The gates could not be asked.')));
}
