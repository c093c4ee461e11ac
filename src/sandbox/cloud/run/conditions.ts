import { timestamp } from '../wire.ts';
import type { Condition, Failure } from './resources.ts';

const now = (): ReturnType<typeof timestamp> => timestamp(Date.now());

const condition = (type: string, state: Condition['state'], message = ''): Condition => ({
  type,
  state,
  message,
  lastTransitionTime: now(),
  severity: 'SEVERITY_UNSPECIFIED',
});

export const succeeded = (type: string, message = ''): Condition =>
  condition(type, 'CONDITION_SUCCEEDED', message);

/** The wording of Cloud Run, as many a `gcloud run revisions describe` shows it: `Containers became healthy in 9.42s.` */
export const healthyIn = (milliseconds: number): string =>
  `Containers became healthy in ${(milliseconds / 1000).toFixed(2)}s.`;

export const reconciling = (type: string, message = ''): Condition =>
  condition(type, 'CONDITION_RECONCILING', message);

export const failed = (type: string, failure: Failure): Condition => ({
  ...condition(type, 'CONDITION_FAILED', failure.message),
  severity: 'ERROR',
  ...failure.reason,
});

/** A service is Ready when its newest revision (ConfigurationsReady) and its traffic (RoutesReady) are. */
export const SERVICE_PARTS = ['RoutesReady', 'ConfigurationsReady'] as const;
export const REVISION_PARTS = ['Ready', 'ContainerReady', 'ContainerHealthy', 'ResourcesAvailable'] as const;

/** The wording of Cloud Run, as its users quote it: https://github.com/taniiicom/emorize/issues/19 */
export const containerDidNotStart = (port: number, logs: string): Failure => ({
  reason: { revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR' },
  message:
    `The user-provided container failed to start and listen on the port defined provided by the PORT=${port} environment variable within the allocated timeout. ` +
    'This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended. ' +
    `Logs for this revision might contain more information.\n\nLogs URL: ${logs}\n` +
    'For more troubleshooting guidance, see https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start',
});

/** https://github.com/google-github-actions/deploy-cloudrun/issues/465 */
export const imageNotFound = (image: string): Failure => ({
  reason: { reason: 'CONTAINER_MISSING' },
  message: `Image '${image}' not found.`,
});

export const revisionNotReady = (revision: string, failure: Failure): Failure => ({
  reason: failure.reason,
  message: `Revision '${revision}' is not ready and cannot serve traffic. ${failure.message}`,
});

/** https://github.com/terraform-google-modules/terraform-docs-samples/pull/269 (error code 13) */
export const revisionMissing = (revision: string): Failure => ({
  reason: { reason: 'REVISION_FAILED' },
  message: `Revision '${revision}' does not exist or is deleted. Update all traffic to route to currently available revisions.`,
});
