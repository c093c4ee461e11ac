import type { SuiteJob } from '../domain/suite/plan.ts';
import type { Target } from '../domain/target.ts';

/** Where something of Cloud Run is. */
export type Location = Pick<Target, 'project' | 'region'>;
export type ServicePlace = Location & Pick<Target, 'service' | 'environment' | 'run'>;

export function locationName(target: Location): string {
  return `projects/${target.project}/locations/${target.region}`;
}

export function serviceName(target: ServicePlace): string {
  return `${locationName(target)}/services/${target.run}`;
}

export function jobName(job: SuiteJob): string {
  return `${locationName(job)}/jobs/${job.job}`;
}
