import { planDeploy } from '../../src/cloud/planned.ts';
import { approvalPolicyOf } from '../../src/domain/approval.ts';
import { changesBetween, trafficChange } from '../../src/domain/change.ts';
import type { Shown } from '../../src/domain/events.ts';
import { type Operation, partOf } from '../../src/domain/operation.ts';
import { type Split, splitText } from '../../src/domain/results.ts';
import { risksOf } from '../../src/domain/risk.ts';
import { together } from '../../src/domain/shown.ts';
import type { Target } from '../../src/domain/target.ts';
import { askApproval, refusedApproval } from '../ask-approval.ts';
import { finished, resultOf, type Step, type StepContext } from '../step.ts';
import { approveInfrastructure } from './infrastructure/approval.ts';

/**
 * Asks for an approval and waits for it without holding a worker. Twice is safe: what was asked and
 * decided is in the ledger, and it is asked again only when what would be deployed has changed.
 */
export const approval: Step<'approval'> = async (context) => {
  const refused = refusedApproval(context);
  if (refused !== undefined) return refused;
  const { operation, target } = context;
  if (operation.request.kind === 'infrastructure') return approveInfrastructure(context);
  const { shown, splits } = await look(context);
  const policy = () => {
    const found = approvalPolicyOf(target, operation.request);
    if (found === undefined) throw new Error(`${target.environment} asks for no approval`);
    return found;
  };
  const answer = await askApproval({ shown, policy }, context);
  return answer.kind === 'approved' ? finished({ by: answer.by, splits: { ...splits } }) : answer;
};

/** What an approver is asked to agree to, as it is now: of several services, all of them at once. */
async function look(context: StepContext): Promise<{ readonly shown: Shown; readonly splits: Splits }> {
  const { operation, targets } = context;
  const each = await Promise.all(
    targets.map(async (target) => {
      const part = partOf(operation, target.service) ?? operation;
      return { service: target.service, ...(await lookAt(target, part, context)) };
    }),
  );
  const [first, ...others] = each;
  if (first === undefined) throw new Error(`${operation.id} has no target`);
  const splits = Object.fromEntries(each.map(({ service, serving }) => [service, serving]));
  if (others.length === 0) return { shown: first.shown, splits };
  return { shown: together(each.map(({ service, shown }) => ({ service, ...shown }))), splits };
}

type Splits = Readonly<Record<string, Split>>;

async function lookAt(
  target: Target,
  part: Operation,
  { cloud, signal }: StepContext,
): Promise<{ readonly shown: Shown; readonly serving: Split }> {
  const { digest, image, commit } = resultOf(part, 'build');
  const { service, before, after, wish } = await planDeploy(cloud.run, { target, image, commit }, signal);
  const serving = service?.serving ?? [];
  const shown = {
    digest,
    split: service === undefined ? 'the service does not exist yet' : splitText(serving),
    template: service?.template ?? 'none',
    wish,
    changes: [...changesBetween(before, after), trafficChange(serving, target.rollout)],
    risks: [...risksOf({ before, after, serving, target })],
  };
  return { shown, serving };
}
