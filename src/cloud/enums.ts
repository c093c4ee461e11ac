import type { protos as build } from '@google-cloud/cloudbuild';
import type { protos as run } from '@google-cloud/run';

type Run = typeof run.google.cloud.run.v2;
type Build = typeof build.google.devtools.cloudbuild.v2;
type Names<Enum> = Readonly<Record<number, keyof Enum>>;

/*
 * Enums by number, as in Google's packages, of which only types are imported: the modules that hold the values are 4 MB,
 * and loading one took each start a tenth of a second.
 */

export const ingressTraffic: Names<Run['IngressTraffic']> = {
  0: 'INGRESS_TRAFFIC_UNSPECIFIED',
  1: 'INGRESS_TRAFFIC_ALL',
  2: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
  3: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
  4: 'INGRESS_TRAFFIC_NONE',
};
export type IngressName = keyof Run['IngressTraffic'];

export const allocationTypes: Names<Run['TrafficTargetAllocationType']> = {
  0: 'TRAFFIC_TARGET_ALLOCATION_TYPE_UNSPECIFIED',
  1: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST',
  2: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
};

export const conditionStates: Names<Run['Condition']['State']> = {
  0: 'STATE_UNSPECIFIED',
  1: 'CONDITION_PENDING',
  2: 'CONDITION_RECONCILING',
  3: 'CONDITION_FAILED',
  4: 'CONDITION_SUCCEEDED',
};

export const commonReasons: Names<Run['Condition']['CommonReason']> = {
  0: 'COMMON_REASON_UNDEFINED',
  1: 'UNKNOWN',
  3: 'REVISION_FAILED',
  4: 'PROGRESS_DEADLINE_EXCEEDED',
  6: 'CONTAINER_MISSING',
  7: 'CONTAINER_PERMISSION_DENIED',
  8: 'CONTAINER_IMAGE_UNAUTHORIZED',
  9: 'CONTAINER_IMAGE_AUTHORIZATION_CHECK_FAILED',
  10: 'ENCRYPTION_KEY_PERMISSION_DENIED',
  11: 'ENCRYPTION_KEY_CHECK_FAILED',
  12: 'SECRETS_ACCESS_CHECK_FAILED',
  13: 'WAITING_FOR_OPERATION',
  14: 'IMMEDIATE_RETRY',
  15: 'POSTPONED_RETRY',
  16: 'INTERNAL',
  17: 'VPC_NETWORK_NOT_FOUND',
};

export const revisionReasons: Names<Run['Condition']['RevisionReason']> = {
  0: 'REVISION_REASON_UNDEFINED',
  1: 'PENDING',
  2: 'RESERVE',
  3: 'RETIRED',
  4: 'RETIRING',
  5: 'RECREATING',
  6: 'HEALTH_CHECK_CONTAINER_ERROR',
  7: 'CUSTOMIZED_PATH_RESPONSE_PENDING',
  8: 'MIN_INSTANCES_NOT_PROVISIONED',
  9: 'ACTIVE_REVISION_LIMIT_REACHED',
  10: 'NO_DEPLOYMENT',
  11: 'HEALTH_CHECK_SKIPPED',
  12: 'MIN_INSTANCES_WARMING',
};

export const executionReasons: Names<Run['Condition']['ExecutionReason']> = {
  0: 'EXECUTION_REASON_UNDEFINED',
  1: 'JOB_STATUS_SERVICE_POLLING_ERROR',
  2: 'NON_ZERO_EXIT_CODE',
  3: 'CANCELLED',
  4: 'CANCELLING',
  5: 'DELETED',
  6: 'DELAYED_START_PENDING',
};

/** https://cloud.google.com/build/docs/api/reference/rest/v2/projects.locations.connections#InstallationState */
export const installationStages: Names<Build['InstallationState']['Stage']> = {
  0: 'STAGE_UNSPECIFIED',
  1: 'PENDING_CREATE_APP',
  2: 'PENDING_USER_OAUTH',
  3: 'PENDING_INSTALL_APP',
  10: 'COMPLETE',
};
