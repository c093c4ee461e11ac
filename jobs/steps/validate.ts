import { type Target, usersWay } from '../../src/domain/target.ts';
import { planFor } from '../../src/domain/validation/plan-for.ts';
import { measure } from '../measure.ts';
import { failed, finished, type Step, type StepContext } from '../step.ts';

/**
 * Measures what users reach, for all services of the request side by side. Twice is safe: it only asks,
 * and remembering the same target again replaces what was remembered.
 */
export const validate: Step<'validate'> = async (context) => {
  const measured = await Promise.all(context.targets.map((target) => validateOne(target, context)));
  const missing = measured.find((each) => typeof each === 'string');
  if (missing !== undefined)
    return failed('SERVICE_NOT_FOUND', {
      summary: `Cloud Run has no service ${missing} in ${context.target.environment}.`,
    });
  return finished({ services: measured.filter((each) => typeof each !== 'string') });
};

/** @returns the name of the service when Cloud Run does not have it. */
async function validateOne(target: Target, context: StepContext) {
  const { cloud, signal, records } = context;
  const service = await cloud.run.service(target, signal);
  if (service === undefined) return target.run;
  const before = await records.validations.last(target);
  const revision = service.serving[0]?.revision;
  const own = { ...context, target };
  const way = usersWay(target, service);
  const record = await measure({ step: 'validate', plan: planFor(target), ...way, revision }, own);
  await records.validations.remember(target, record);
  return {
    service: target.service,
    record,
    ...(before === undefined ? {} : { before }),
    ...(target.validation === undefined ? { healthOnly: true as const } : {}),
  };
}
