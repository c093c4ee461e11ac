import { planOf } from '../../domain/plan-of.ts';
import type { ValidateRequest } from '../../domain/request/validate.ts';
import { knownTargets } from './begin.ts';
import type { Intake } from './intake.ts';
import { type Asker, openOperation } from './open.ts';

/** Begins a validation, or test suites: they change nothing, so no gate is asked. */
export async function beginValidate(request: ValidateRequest, asker: Asker, intake: Intake): Promise<void> {
  const { services, environment, suites, issue } = request;
  const targets = await knownTargets(request, asker, intake);
  if (targets === undefined) return;
  const [{ channel, ref }] = targets;
  const kind = 'validate' as const;
  const wanted = suites === undefined ? {} : { suites: { names: [...suites], gate: false } };
  const asked = {
    kind,
    services: [...services],
    environment,
    ref,
    plan: [...planOf(targets[0], { kind, ...wanted })],
    channel,
    ...wanted,
    ...(issue === undefined ? {} : { issue }),
  };
  return openOperation({ asked, ...asker }, intake);
}
