import type { StepName } from '../../src/domain/plan.ts';
import type { Step, StepContext } from '../step.ts';
import { approval } from './approval.ts';
import { baseline } from './baseline.ts';
import { build, cancelBuild } from './build.ts';
import { candidate } from './candidate.ts';
import { choose } from './choose.ts';
import { apply } from './infrastructure/apply.ts';
import { lint } from './infrastructure/lint.ts';
import { outputs } from './infrastructure/outputs.ts';
import { plan } from './infrastructure/plan.ts';
import { propagate } from './infrastructure/propagate.ts';
import { cancelInfrastructure } from './infrastructure/tool.ts';
import { preflight } from './preflight.ts';
import { prove } from './prove.ts';
import { restore } from './restore.ts';
import { cancelRound, rounds } from './rounds.ts';
import { settle } from './settle.ts';
import { shift } from './shift.ts';
import { cancelSuites, suites } from './suites.ts';
import { validate } from './validate.ts';
import { verify } from './verify.ts';

/**
 * Every step there is. Which of them an operation has, and in what order, stands in its first event
 * (src/domain/plan.ts); `restore` joins when something must be put back.
 */
export const steps: { readonly [Name in StepName]: Step<Name> } = {
  preflight,
  baseline,
  build,
  approval,
  candidate,
  choose,
  prove,
  shift,
  settle,
  verify,
  restore,
  validate,
  suites,
  rounds,
  lint,
  plan,
  apply,
  propagate,
  outputs,
};

/** What a step leaves running when somebody cancels it. */
export const stops: { readonly [Name in StepName]?: (context: StepContext) => Promise<void> } = {
  // It has begun the build.
  baseline: cancelBuild,
  build: cancelBuild,
  lint: cancelInfrastructure,
  plan: cancelInfrastructure,
  apply: cancelInfrastructure,
  outputs: cancelInfrastructure,
  rounds: cancelRound,
  suites: cancelSuites,
};
