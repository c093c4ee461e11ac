import type { StepName } from '../src/domain/plan.ts';
import type { Step } from './step.ts';
import { approval } from './steps/approval.ts';
import { build } from './steps/build.ts';
import { candidate } from './steps/candidate.ts';
import { preflight } from './steps/preflight.ts';
import { prove } from './steps/prove.ts';
import { restore } from './steps/restore.ts';
import { shift } from './steps/shift.ts';
import { verify } from './steps/verify.ts';

/**
 * The steps of a deploy, in the order of the plan that people see. Which of them an operation has
 * stands in its first event (src/domain/plan.ts); `restore` joins when something must be put back.
 */
export const deploySteps: { readonly [Name in StepName]: Step<Name> } = {
  preflight,
  build,
  approval,
  candidate,
  prove,
  shift,
  verify,
  restore,
};
