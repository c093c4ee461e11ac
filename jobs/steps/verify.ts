import { revisionOf } from '../../src/domain/operation.ts';
import { usersWay } from '../../src/domain/target.ts';
import { healthPlan, planFor, planForDeploy } from '../../src/domain/validation/plan-for.ts';
import { causeIn } from '../../src/domain/validation/record.ts';
import { measure } from '../measure.ts';
import { failed, finished, type Step } from '../step.ts';
import { factsOf } from './prove.ts';

/** Checks the health of the service where users reach it. Twice is safe: it only asks. */
export const verify: Step<'verify'> = async (context) => {
  const { cloud, operation, target, signal } = context;
  const { url, facts } = usersWay(target, await cloud.run.settled(target, signal));
  const revision = revisionOf(operation);
  // What a deploy gives users was proved on its own URL; what a rollback gives them is proved here.
  const plan = operation.request.kind === 'rollback' ? planForDeploy(planFor(target)) : healthPlan(target);
  const record = await measure({ step: 'verify', plan, url, facts, revision }, context);
  const bad = record.checks.filter(({ verdict }) => verdict === 'unhealthy');
  return bad.length === 0
    ? finished({ url, record })
    : failed('UNHEALTHY_AFTER_SHIFT', {
        summary: `${target.service} fails its checks on ${url}.`,
        ...factsOf(bad),
        ...causeIn(record),
      });
};
