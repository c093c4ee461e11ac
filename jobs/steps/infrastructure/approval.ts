import { approvalNeed, shownOf } from '../../../src/domain/infrastructure/approval.ts';
import { askApproval } from '../../ask-approval.ts';
import { finished, resultOf, type StepContext, type StepOutcome } from '../../step.ts';

/**
 * Asks people for a yes to the plan as it stands in the ledger, where one is needed. Twice is safe, as with the
 * approval of a deploy.
 */
export async function approveInfrastructure(context: StepContext): Promise<StepOutcome<'approval'>> {
  const plan = resultOf(context.operation, 'plan');
  const need = approvalNeed(context.target, plan);
  if (need.kind === 'skip') return finished({ by: '', skipped: need.why });
  const answer = await askApproval({ shown: shownOf(plan), policy: () => need.policy }, context);
  return answer.kind === 'approved' ? finished({ by: answer.by }) : answer;
}
