import { planFor, planForDeploy } from '../../src/domain/validation/plan-for.ts';
import { measure } from '../measure.ts';
import { finished, type Step, type StepContext, type StepOutcome } from '../step.ts';
import { beginBuild } from './build.ts';

/**
 * Measures who serves now, so that the candidate is compared with today and not with hopes. It never
 * stops a deploy: the deploy may well be what mends it. The build has no need to wait for it, so it is begun first.
 * Twice is safe: it only asks, and a build is begun once.
 */
export const baseline: Step<'baseline'> = async (context) => {
  const [measured] = await Promise.all([measureStable(context), beginBuild(context)]);
  return measured;
};

async function measureStable(context: StepContext): Promise<StepOutcome<'baseline'>> {
  const { cloud, target, signal } = context;
  const service = await cloud.run.service(target, signal);
  if (service === undefined || service.serving.length === 0) return finished({});
  const plan = planForDeploy(planFor(target));
  const revision = service.serving[0]?.revision;
  const { url, requestTimeoutMs } = service;
  // As the candidate will be measured: past the load balancer.
  const facts = { requestTimeoutMs };
  const record = await measure({ step: 'baseline', plan, url, facts, revision }, context);
  return finished({ record });
}
