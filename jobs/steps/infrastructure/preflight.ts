import { closedGates } from '../../gates.ts';
import { finished, type StepContext, type StepOutcome } from '../../step.ts';
import { failureOfProblem } from './failures.ts';
import { toolOf } from './tool.ts';

/** Asks the gates again, and whether the program is there. Twice is safe: it only reads. */
export async function preflightInfrastructure(context: StepContext): Promise<StepOutcome<'preflight'>> {
  const closed = await closedGates(context);
  if (closed !== undefined) return closed;
  const ready = await toolOf(context).ready();
  if (ready.kind === 'done') return finished({ exists: true, split: [] });
  const prevents = `Plan and apply the infrastructure of ${context.target.environment}`;
  return failureOfProblem(ready.problem, {
    code: 'INFRASTRUCTURE_PROGRAM',
    prevents,
    program: 'The program',
  });
}
