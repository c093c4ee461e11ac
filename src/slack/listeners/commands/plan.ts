import { planDeploy } from '../../../cloud/planned.ts';
import { changesBetween, trafficChange } from '../../../domain/change.ts';
import { planOf } from '../../../domain/plan-of.ts';
import { commitOf } from '../../../domain/proved.ts';
import type { DeployRequest } from '../../../domain/request/deploy.ts';
import { splitText } from '../../../domain/results.ts';
import { risksOf } from '../../../domain/risk.ts';
import type { Target } from '../../../domain/target.ts';
import { planAnswer, type PlannedService } from '../../messages/plan.ts';
import { answer } from '../answer.ts';
import { knownTargets } from '../begin.ts';
import { lookInCloud } from '../cloud.ts';
import { askGate } from '../gate.ts';
import { type Intake, withinPatience } from '../intake.ts';
import type { Asker } from '../open.ts';

/** `/deploy plan <services> <environment> [ref:…]`: what a deploy would change, without the deploy. */
export async function plan(request: DeployRequest, asker: Asker, intake: Intake): Promise<void> {
  const targets = await knownTargets(request, asker, intake);
  if (targets === undefined) return;
  const asked = { action: 'deploy' as const, targets, ref: request.ref, bypass: false };
  const gates = askGate(asked, asker.person.by, intake);
  const planned = await lookInCloud(
    (signal) => Promise.all(targets.map((target) => changeOf(target, request.ref, { intake, signal }))),
    asker,
    intake,
  );
  const decided = await gates;
  if (planned === undefined) return;
  const decision = decided.kind === 'kept' ? decided.value : undefined;
  return answer(asker.to, planAnswer({ request, services: planned, decision }));
}

/** What a deploy would do to one service. */
async function changeOf(
  target: Target,
  ref: string,
  { intake, signal }: { readonly intake: Intake; readonly signal: AbortSignal },
): Promise<PlannedService> {
  const planning = { target, image: `built from ref ${ref}`, commit: commitOf(ref) };
  const { service: name, environment } = target;
  const past = withinPatience(intake.durations.usual({ kind: 'deploy', services: [name], environment }));
  const { service, before, after } = await planDeploy(intake.run, planning, signal);
  const known = await past;
  const serving = service?.serving ?? [];
  return {
    service: name,
    serving: splitText(serving),
    changes: [...changesBetween(before, after), trafficChange(serving, target.rollout)],
    risks: risksOf({ before, after, serving, target }),
    steps: planOf(target, { kind: 'deploy' }),
    ...(known.kind === 'kept' ? { estimates: known.value } : {}),
    after: target.after,
  };
}
