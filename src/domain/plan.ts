/** The steps of a deploy, in the order in which people read them in Slack. */
export const stepTitles = {
  preflight: 'Preflight',
  baseline: 'Baseline',
  build: 'Build',
  approval: 'Approval',
  candidate: 'Candidate',
  prove: 'Prove',
  shift: 'Shift traffic',
  verify: 'Verify',
  restore: 'Restore',
  validate: 'Validate',
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
}): readonly StepName[] {
  return [
    'preflight',
    ...(policy.validation === true ? (['baseline'] as const) : []),
    'build',
    ...(policy.approval ? (['approval'] as const) : []),
    'candidate',
    'prove',
    'shift',
    'verify',
  ];
}

/** A validation changes nothing, so it has one step: to measure. */
export const validatePlan: readonly StepName[] = ['validate'];

/** What of a target decides on the plan of its deploy. */
export function planPolicy(target: { readonly approval?: unknown; readonly validation?: unknown }): {
  readonly approval: boolean;
  readonly validation: boolean;
} {
  return { approval: target.approval !== undefined, validation: target.validation !== undefined };
}
