import { approvalNeed, countsText, shownOf } from '../../../src/domain/infrastructure/approval.ts';
import { lastApplied } from '../../../src/domain/infrastructure/history.ts';
import type { InfrastructurePlan } from '../../../src/domain/infrastructure/plan.ts';
import type { Applied, InfrastructureTool, Problem } from '../../../src/domain/infrastructure/tool.ts';
import { askApproval } from '../../ask-approval.ts';
import { cancelled } from '../../hands.ts';
import { finished, resultOf, type Step, type StepContext, type StepOutcome } from '../../step.ts';
import { failureOfProblem } from './failures.ts';
import { plannedRef, preventedPlan } from './plan.ts';
import { seldom } from './tell.ts';
import { policyOf, toolOf } from './tool.ts';

type Outcome = StepOutcome<'apply'>;

/** What was known when the step began. */
interface Before {
  /** Of an earlier run of this step, perhaps of a worker that was killed in the middle. */
  readonly begun: boolean;
  readonly commit: string | undefined;
}

/**
 * Applies exactly the plan that is in the ledger: from its file, or from one that was made again and would do the same.
 * Twice is safe: the program takes the lock of the state, so it waits until what a killed worker has left running has
 * ended; it refuses a plan that was made for another state, and a new plan shows what is left: nothing, or something
 * that people are asked about again. A build of a trigger is found again instead, and its end waited for.
 */
export const apply: Step<'apply'> = async (context) => {
  const { operation, records, target } = context;
  const plan = resultOf(operation, 'plan');
  if (plan.empty === true) return finished({ applied: false, counts: plan.counts });
  const entries = await records.infrastructure.of(target.environment);
  const before = {
    begun: entries.some((entry) => entry.operation === operation.id),
    commit: lastApplied(entries.filter((entry) => entry.operation !== operation.id)),
  };
  const { way } = policyOf(context);
  const tool = toolOf(context, before.begun ? way.timeoutMs : undefined);
  // A crash may have come between a new plan and its question.
  const unanswered = await approved(plan, context);
  if (unanswered !== undefined) return unanswered;
  if ((!before.begun || tool.findsAgain) && (await tool.keeps(plan.digest))) {
    const outcome = await applyKept(tool, before, context);
    if (outcome !== 'stale') return outcome;
  }
  return (await planAgain(tool, before, context)) ?? (await lastTry(tool, before, context));
};

/** @returns undefined when the new plan would do the same, or what needs nobody's yes */
async function planAgain(
  tool: InfrastructureTool,
  before: Before,
  context: StepContext,
): Promise<Outcome | undefined> {
  const { append, now, operation } = context;
  const known = resultOf(operation, 'plan');
  await append({
    type: 'step-progressed',
    at: now(),
    step: 'apply',
    text: 'Planning again: the plan is not kept here, or the state has changed',
  });
  const made = await tool.plan(plannedRef(context));
  if (made.kind === 'problem') return failureOfProblem(made.problem, preventedPlan(context));
  const plan = made.value;
  if (plan.digest === known.digest) return undefined;
  if (plan.empty === true)
    return finished({ ...doneOf(known, before), applied: before.begun, counts: known.counts });
  await append({ type: 'step-finished', at: now(), step: 'plan', result: plan });
  return approved(plan, context);
}

/** @returns undefined when this plan has the yes that it needs */
async function approved(plan: InfrastructurePlan, context: StepContext): Promise<Outcome | undefined> {
  const need = approvalNeed(context.target, plan);
  if (need.kind === 'skip') return undefined;
  const answer = await askApproval({ shown: shownOf(plan), policy: () => need.policy }, context);
  return answer.kind === 'approved' ? undefined : answer;
}

async function lastTry(tool: InfrastructureTool, before: Before, context: StepContext): Promise<Outcome> {
  const outcome = await applyKept(tool, before, context);
  return outcome === 'stale' ? failure({ kind: 'stale' }, nothing, context) : outcome;
}

async function applyKept(
  tool: InfrastructureTool,
  before: Before,
  context: StepContext,
): Promise<Outcome | 'stale'> {
  const { operation, records, target, now, signal } = context;
  const { commit = '' } = resultOf(operation, 'plan');
  const { byName } = operation.request;
  const entry = { operation: operation.id, commit, byName, good: false, at: now() };
  await records.infrastructure.note(target.environment, entry);
  const end = await tool.apply(seldom('apply', context));
  const { plan = resultOf(operation, 'plan') } = (await context.reload()).results;
  if (end.kind === 'done')
    return finished({
      ...doneOf(plan, before),
      applied: true,
      counts: plan.counts,
      done: [...end.applied.done],
    });
  if (end.problem.kind === 'stale') return 'stale';
  // Whoever takes over waits for what this worker has left running.
  if (end.problem.kind === 'stopped' && signal.reason !== cancelled) signal.throwIfAborted();
  return failure(end.problem, end.applied, context);
}

const nothing: Applied = { done: [], failed: [], open: [] };

function doneOf(_plan: InfrastructurePlan, { commit }: Before): { readonly before?: string } {
  return commit === undefined || commit === '' ? {} : { before: commit };
}

/** What is done stays done: people must know what that is. */
function failure(problem: Problem, applied: Applied, context: StepContext): Outcome {
  const { operation, target } = context;
  const plan = resultOf(operation, 'plan');
  const found = failureOfProblem(problem, {
    code: 'APPLY_FAILED',
    prevents: `Apply the infrastructure of ${target.environment}`,
    program: resultOf(operation, 'lint').program,
  });
  const { done, failed: broken, open } = applied;
  const begun = new Set([...done, ...broken, ...open]);
  const left = plan.changes.map(({ address }) => address).filter((address) => !begun.has(address));
  const list = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${what}: ${names.slice(0, 20).join(', ')}`];
  const facts = [
    `Planned: ${countsText(plan.counts)}`,
    ...list('Done', done),
    ...list('Failed', broken),
    ...list('Begun, end unknown', open),
    ...list('Not begun', left),
  ];
  const untouched = problem.kind === 'locked' || problem.kind === 'missing';
  const evidence = untouched ? found.failure.evidence : [...found.failure.evidence, ...facts];
  return { kind: 'failed', failure: { ...found.failure, evidence } };
}
