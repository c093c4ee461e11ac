import type { Target } from '../domain/target.ts';

export function locationName(target: Target): string {
  return `projects/${target.project}/locations/${target.region}`;
}

export function serviceName(target: Target): string {
  return `${locationName(target)}/services/${target.run}`;
}
