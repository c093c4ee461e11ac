import { approvalPolicyOf } from './approval.ts';
import type { EventOf } from './events.ts';
import type { Operation } from './operation.ts';
import {
  deployPlan,
  infrastructurePlan,
  rollbackPlan,
  roundsPlan,
  type StepName,
  suitesPlan,
  validatePlan,
  stepsTogether,
} from './plan.ts';
import { selectionOf } from './suite/plan.ts';
import type { Target } from './target.ts';

/** Others are about all of their services at once. */
const inParts: ReadonlySet<string> = new Set(['deploy', 'rollback']);

type Requested = EventOf<'requested'>;
type Asked = Pick<Requested, 'kind' | 'bypass' | 'suites'>;

/** The steps of an operation on one target, as it is configured now. */
export function planOf(target: Target, asked: Asked): readonly StepName[] {
  const { kind, bypass } = asked;
  const { validation, rollout } = target;
  switch (kind) {
    case 'deploy':
      return deployPlan({
        approval: approvalPolicyOf(target, { bypass }) !== undefined,
        validation: validation !== undefined,
        drain: rollout.drainMs > 0,
        suites: selectionOf(target, asked) !== undefined,
      });
    case 'rollback':
      return rollbackPlan;
    case 'validate':
      return asked.suites === undefined ? validatePlan : suitesPlan;
    case 'infrastructure':
      return infrastructurePlan;
    case 'rounds':
      return roundsPlan;
  }
}

/**
 * The steps of an operation on these targets, at least one. Several are each a part of it, in the order of their
 * `after`; a rollback goes through them the other way round.
 */
export function plansOf(
  targets: readonly [Target, ...Target[]],
  asked: Asked,
): Pick<Requested, 'plan' | 'parts'> {
  const [first] = targets;
  if (targets.length === 1 || !inParts.has(asked.kind)) return { plan: [...planOf(first, asked)] };
  const parts = targets.map((target) => {
    const isBefore = (other: Target) =>
      asked.kind === 'rollback' ? other.after.includes(target.service) : target.after.includes(other.service);
    const after = targets.filter(isBefore).map(({ service }) => service);
    return { service: target.service, plan: [...planOf(target, asked)], after };
  });
  const together = stepsTogether.filter((step) => parts.some(({ plan }) => plan.includes(step)));
  return { plan: together, parts };
}

/**
 * Whether an operation still has the steps that it would have if it were asked for now: an approval that was not planned
 * may be asked for meanwhile. Once there is a candidate, what was planned is done.
 */
export function isPlanOf(operation: Operation, targets: readonly Target[]): boolean {
  const { request, steps, parts } = operation;
  if (steps.some(({ name, startedAt }) => name === 'candidate' && startedAt !== undefined)) return true;
  const plans = parts?.map((part) => part.request.plan) ?? [request.plan];
  return plans.every((plan, index) => {
    const target = targets[index];
    return target !== undefined && planOf(target, request).join() === plan.join();
  });
}
