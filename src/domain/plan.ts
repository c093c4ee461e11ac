/** The steps of a deploy, in the order in which people read them in Slack. */
export const stepTitles = {
  preflight: 'Preflight',
  baseline: 'Baseline',
  build: 'Build',
  approval: 'Approval',
  candidate: 'Candidate',
  prove: 'Prove',
  choose: 'Choose revision',
  shift: 'Shift traffic',
  settle: 'Settle',
  verify: 'Verify',
  restore: 'Restore',
  validate: 'Validate',
  suites: 'Test suites',
  rounds: 'Rounds',
  lint: 'Check configuration',
  plan: 'Plan',
  apply: 'Apply',
  propagate: 'Propagate',
  outputs: 'Verify outputs',
} as const;

export type StepName = keyof typeof stepTitles;
export const stepNames = Object.keys(stepTitles) as [StepName, ...StepName[]];

/**
 * The plan of a deploy. Approval comes after the build, so that it binds to the digest that will run
 * (docs/decisions/0006-approval-after-build.md).
 */
export function deployPlan(policy: {
  readonly approval: boolean;
  /** Whether the target has a validation to compare with. Default false. */
  readonly validation?: boolean;
  /** Whether old connections get time to end. Default false. */
  readonly drain?: boolean;
  /** Whether test suites run at its end. Default false. */
  readonly suites?: boolean;
}): readonly StepName[] {
  return [
    'preflight',
    ...(policy.validation === true ? (['baseline'] as const) : []),
    'build',
    ...(policy.approval ? (['approval'] as const) : []),
    'candidate',
    'prove',
    'shift',
    ...(policy.drain === true ? (['settle'] as const) : []),
    'verify',
    ...(policy.suites === true ? (['suites'] as const) : []),
  ];
}

/** Several services: what they do at once, in one step of the whole; each waits there for the others. */
export const stepsTogether = ['approval', 'suites'] as const satisfies readonly StepName[];

export function isTogether(name: StepName): boolean {
  return stepsTogether.some((step) => step === name);
}

/** Test suites alone, as `/validate staging suites` and a re-run ask for them. What cannot be started is a blocker. */
export const suitesPlan: readonly StepName[] = ['preflight', 'suites'];

/** Its rounds are operations of their own, and change targets in their own turn. */
export const roundsPlan: readonly StepName[] = ['preflight', 'rounds'];

/** What is applied is exactly what was planned, and approved where the policy asks or something is destroyed. */
export const infrastructurePlan: readonly StepName[] = [
  'preflight',
  'lint',
  'plan',
  'approval',
  'apply',
  'propagate',
  'outputs',
];

/** A validation changes nothing, so it has one step: to measure. */
export const validatePlan: readonly StepName[] = ['validate'];

/** Traffic only: it needs no build and no candidate. */
export const rollbackPlan: readonly StepName[] = ['preflight', 'choose', 'shift', 'verify'];
