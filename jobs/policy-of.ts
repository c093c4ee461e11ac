import { defaultPolicy, type MonitorPolicy } from '../src/domain/monitor/policy.ts';
import type { Target } from '../src/domain/target.ts';

/** An environment is watched as a whole: all of its targets have one policy. */
export function policyOf([first]: readonly Target[]): MonitorPolicy {
  return first?.monitors ?? defaultPolicy;
}
