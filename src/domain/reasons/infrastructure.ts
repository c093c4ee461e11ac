/** What a change of infrastructure may end with (src/domain/reasons.ts). */
export const infrastructureReasons = {
  NO_INFRASTRUCTURE: {
    meaning:
      'slipway does not know how the infrastructure of this environment is changed. Nothing was started.',
    next: 'Add infrastructure to the environment in slipway.yaml.',
  },
  NO_EARLIER_CONFIGURATION: {
    meaning: 'There is no earlier configuration that went well to go back to. Nothing was changed.',
    next: 'Mend the configuration and apply that: /deploy infrastructure with a ref.',
  },
  INFRASTRUCTURE_PROGRAM: {
    meaning: 'The worker cannot run what changes the infrastructure, so nothing was changed.',
    next: 'Put the program named below on the PATH of the worker, then start it again.',
  },
  CONFIGURATION_INVALID: {
    meaning: 'The configuration of the infrastructure cannot be used as it is. Nothing was changed.',
    next: 'Mend what is named below and start it again.',
  },
  PLAN_FAILED: {
    meaning: 'No plan could be made, so nothing was changed.',
    next: 'Mend what is named below and start it again.',
  },
  STATE_LOCKED: {
    meaning: 'Somebody else holds the lock of the state, so nothing was changed.',
    next: 'Wait until they are done, then start it again.',
  },
  APPLY_FAILED: {
    meaning: 'The change stopped half-way: what was done until then stays as it is.',
    next: 'Mend the cause and apply again, or go back with /rollback infrastructure.',
  },
  NOT_PROPAGATED: {
    meaning: 'The change is applied, but the way users come was not well within the limit.',
    next: 'Look at the checks below; /rollback infrastructure applies what was there before.',
  },
  OUTPUTS_DIFFER: {
    meaning: 'The change is applied, but an output is not what the configuration of slipway wants.',
    next: 'Compare the outputs below; /rollback infrastructure applies what was there before.',
  },
} as const;
