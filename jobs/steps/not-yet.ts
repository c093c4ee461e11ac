import type { StepName } from '../../src/domain/plan.ts';
import type { Step } from '../step.ts';

export function notYet<Name extends StepName>(name: Name): Step<Name> {
  return () => Promise.reject(new Error(`${name} is not written yet`));
}
