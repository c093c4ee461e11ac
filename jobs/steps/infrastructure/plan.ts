import { finished, resultOf, type Step, type StepContext } from '../../step.ts';
import { failureOfProblem, type Prevented } from './failures.ts';
import { toolOf } from './tool.ts';

/** Makes the plan, and keeps its file on this worker. Twice is safe: a plan changes nothing. */
export const plan: Step<'plan'> = async (context) => {
  const made = await toolOf(context).plan(plannedRef(context));
  return made.kind === 'done' ? finished(made.value) : failureOfProblem(made.problem, preventedPlan(context));
};

/** What the configuration was checked at. */
export function plannedRef({ operation }: StepContext): string {
  return resultOf(operation, 'lint').ref ?? operation.request.ref;
}

export function preventedPlan({ operation, target }: StepContext): Prevented {
  return {
    code: 'PLAN_FAILED',
    prevents: `Plan the infrastructure of ${target.environment}`,
    program: resultOf(operation, 'lint').program,
  };
}
