/** The steps of a deploy, in the order in which people read them in Slack. */
export const stepTitles = {
  preflight: 'Preflight',
  build: 'Build',
  approval: 'Approval',
  candidate: 'Candidate',
  prove: 'Prove',
  shift: 'Shift traffic',
  verify: 'Verify',
  restore: 'Restore',
} as const;

export type StepName = keyof typeof stepTitles;
export const stepNames = Object.keys(stepTitles) as [StepName, ...StepName[]];

/**
 * The plan of a deploy. Approval comes after the build, so that it binds to the digest that will run
 * (docs/decisions/0006-approval-after-build.md).
 */
export function deployPlan(policy: { readonly approval: boolean }): readonly StepName[] {
  return [
    'preflight',
    'build',
    ...(policy.approval ? (['approval'] as const) : []),
    'candidate',
    'prove',
    'shift',
    'verify',
  ];
}
