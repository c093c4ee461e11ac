import { planDeploy } from '../../../cloud/planned.ts';
import { changesBetween, trafficChange } from '../../../domain/change.ts';
import { deployPlan, planPolicy } from '../../../domain/plan.ts';
import { commitOf } from '../../../domain/proved.ts';
import type { DeployRequest } from '../../../domain/request/deploy.ts';
import { splitText } from '../../../domain/results.ts';
import { risksOf } from '../../../domain/risk.ts';
import { planAnswer } from '../../messages/plan.ts';
import { answer } from '../answer.ts';
import { knownTarget } from '../begin.ts';
import { lookInCloud } from '../cloud.ts';
import { askGate } from '../gate.ts';
import type { Intake } from '../intake.ts';
import type { Asker } from '../open.ts';

/** `/deploy plan <service> <environment> [ref:…]`: what a deploy would change, without the deploy. */
export async function plan(request: DeployRequest, asker: Asker, intake: Intake): Promise<void> {
  const target = await knownTarget(request, asker, intake);
  if (target === undefined) return;
  const { ref } = request;
  const planning = { target, image: `built from ref ${ref}`, commit: commitOf(ref) };
  const gates = askGate({ action: 'deploy', targets: [target], ref, bypass: false }, asker.person.by, intake);
  const planned = await lookInCloud((signal) => planDeploy(intake.run, planning, signal), asker, intake);
  const decided = await gates;
  if (planned === undefined) return;
  const { before, after } = planned;
  const serving = planned.service?.serving ?? [];
  const shown = {
    request,
    serving: splitText(serving),
    changes: [...changesBetween(before, after), trafficChange(serving, target.rollout)],
    risks: risksOf({ before, after, serving, target }),
    decision: decided.kind === 'kept' ? decided.value : undefined,
    steps: deployPlan(planPolicy(target)),
  };
  return answer(asker.to, planAnswer(shown));
}
