import { type Operation, stepOf } from '../../domain/operation.ts';
import { type StepName, stepTitles } from '../../domain/plan.ts';
import { type Draft, draft } from './draft.ts';
import { blockedLines } from './blocked.ts';
import { failureLines } from './failure.ts';
import { approvalReply } from './steps/approval.ts';
import { baselineReply } from './steps/baseline.ts';
import { buildReply } from './steps/build.ts';
import { candidateReply } from './steps/candidate.ts';
import { chooseReply } from './steps/choose.ts';
import { preflightReply } from './steps/preflight.ts';
import { applyReply, lintReply, outputsReply, planReply, propagateReply } from './steps/infrastructure.ts';
import { proveReply } from './steps/prove.ts';
import { restoreReply } from './steps/restore.ts';
import { settleReply } from './steps/settle.ts';
import { shiftReply } from './steps/shift.ts';
import { suitesReply } from './steps/suites.ts';
import { validateReply } from './steps/validate.ts';

/** Ends of an approval that are answers to its question; anything else that ends it is a fault. */
const answers: ReadonlySet<string> = new Set(['REJECTED', 'APPROVAL_EXPIRED']);

/** The reply of a step, or undefined while it has nothing to show. */
export function stepReply(operation: Operation, name: StepName): Draft | undefined {
  const step = stepOf(operation, name);
  const decided = step?.failure === undefined || answers.has(step.failure.code);
  if (name === 'approval' && operation.approval !== undefined && decided) return approvalReply(operation);
  // What the tests said explains their failure.
  const told = name === 'suites' ? suitesReply(operation) : undefined;
  if (told !== undefined) return told;
  if (step?.failure?.blockers !== undefined)
    return draft({ key: name, lines: [`*${stepTitles[name]} blocked*`, ...blockedLines(step.failure)] });
  if (step?.failure !== undefined)
    return draft({
      key: name,
      lines: [`*${stepTitles[name]} failed*`, ...failureLines(step.failure)],
    });
  switch (name) {
    case 'preflight':
      return preflightReply(operation);
    case 'build':
      return buildReply(operation);
    case 'candidate':
      return candidateReply(operation);
    case 'prove':
      return proveReply(operation);
    case 'shift':
      return shiftReply(operation);
    case 'restore':
      return restoreReply(operation);
    case 'validate':
      return validateReply(operation);
    case 'baseline':
      return baselineReply(operation);
    // What these find is in the report.
    case 'choose':
      return chooseReply(operation);
    case 'settle':
      return settleReply(operation);
    case 'lint':
      return lintReply(operation);
    case 'plan':
      return planReply(operation);
    case 'apply':
      return applyReply(operation);
    case 'propagate':
      return propagateReply(operation);
    case 'outputs':
      return outputsReply(operation);
    case 'suites':
    case 'rounds':
    case 'verify':
    case 'approval':
      return undefined;
  }
}
