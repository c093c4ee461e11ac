import { instant } from '../wire.ts';
import type { Condition } from '../run/resources.ts';

const STATUS: Readonly<Record<Condition['state'], 'True' | 'False' | 'Unknown'>> = {
  CONDITION_SUCCEEDED: 'True',
  CONDITION_FAILED: 'False',
  CONDITION_PENDING: 'Unknown',
  CONDITION_RECONCILING: 'Unknown',
};

/** A condition as v1 tells it: https://cloud.google.com/run/docs/reference/rest/v1/Condition */
export function conditionOf(condition: Condition): object {
  const reason = condition.revisionReason ?? condition.reason;
  return {
    type: condition.type,
    status: STATUS[condition.state],
    ...(reason === undefined ? {} : { reason: pascalCase(reason) }),
    ...(condition.message === '' ? {} : { message: condition.message }),
    lastTransitionTime: rfc3339(condition.lastTransitionTime),
  };
}

export const rfc3339 = (time: Parameters<typeof instant>[0]): string => new Date(instant(time)).toISOString();

/** `HEALTH_CHECK_CONTAINER_ERROR` → `HealthCheckContainerError`: v1 writes reasons as Kubernetes does. */
const pascalCase = (reason: string): string =>
  reason.toLowerCase().replace(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
