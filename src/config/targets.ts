import type { Catalog } from '../domain/request.ts';
import type { Target } from '../domain/target.ts';
import type { Config } from './types.ts';

/** What people may name in a command. */
export function catalogOf({ services, environments }: Config): Catalog {
  return { services: Object.keys(services), environments };
}

/** @returns undefined when the configuration has no such service, environment or pair of them. */
export function targetOf(
  config: Config,
  { service, environment }: { readonly service: string; readonly environment: string },
): Target | undefined {
  const what = config.services[service];
  const where = config.environments[environment];
  if (what === undefined || where?.services.includes(service) !== true) return undefined;
  const { project, region, channel, ref, approval } = where;
  return { service, environment, project, region, channel, ref, approval, ...what };
}
