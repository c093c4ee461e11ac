import { refusal } from '../../../domain/reasons.ts';
import type { DeployRequest } from '../../../domain/request/deploy.ts';
import { canIAnswer } from '../../messages/gate.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { knownTarget } from '../begin.ts';
import { askGate } from '../gate.ts';
import type { Intake } from '../intake.ts';
import type { Asker } from '../open.ts';

/** `/deploy can-i <service> <environment> [ref:…]`: the decision of a deploy, without the deploy. */
export async function canI(request: DeployRequest, asker: Asker, intake: Intake): Promise<void> {
  const target = await knownTarget(request, asker, intake);
  if (target === undefined) return;
  const { person, to } = asker;
  const asked = { action: 'deploy' as const, targets: [target], ref: request.ref, bypass: false };
  const decided = await askGate(asked, person.by, intake);
  if (decided.kind === 'kept')
    return answer(to, canIAnswer({ decision: decided.value, approval: target.approval }, request));
  intake.log.error({ err: decided.cause }, 'the gates could not be asked');
  return answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'The gates could not be asked.')));
}
