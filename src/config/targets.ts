import { type IssuePlace, issuePlace } from '../domain/issue/place.ts';
import type { Catalog } from '../domain/request/catalog.ts';
import type { Front, Target } from '../domain/target.ts';
import { allBefore } from '../domain/part.ts';
import { templateOver } from '../domain/template.ts';
import { suitesIn } from './suites.ts';
import type { Config, LoadBalancerConfig } from './types.ts';
import { inEnvironment } from './validation/plan.ts';

/** What people may name in a command. */
export function catalogOf({ services, environments, suites }: Config): Catalog {
  return { services: Object.keys(services), environments, suites: Object.keys(suites) };
}

/** Where people read of a source, `staging` or `staging/backend`; of one that is not configured, where all else goes. */
export function channelOf({ environments, channel }: Config, source: string): string {
  return environments[source.split('/')[0] ?? '']?.channel ?? channel;
}

/** @returns undefined when it is about no issue, or no repository of it is known */
export function issuePlaceOf(
  { github, services }: Config,
  request: { readonly issue?: number | undefined; readonly services: readonly string[] },
): IssuePlace | undefined {
  if (request.issue === undefined) return undefined;
  const sources = request.services.flatMap((service) => services[service]?.build.repository ?? []);
  return issuePlace({ number: request.issue, sources, github });
}

/** @returns undefined when the configuration has no such service, environment or pair of them. */
export function targetOf(
  config: Config,
  { service, environment }: { readonly service: string; readonly environment: string },
): Target | undefined {
  const what = config.services[service];
  const where = config.environments[environment];
  if (what === undefined || where?.services.includes(service) !== true) return undefined;
  const { project, region, channel, ref, approval, rollout, gates, monitors, infrastructure } = where;
  const validation = what.validation && inEnvironment(what.validation, where.validation);
  const front = frontOf(where.loadBalancer, service);
  return {
    service,
    environment,
    project,
    region,
    channel,
    ref,
    approval,
    rollout,
    monitors,
    infrastructure,
    gates,
    ...what,
    after: [...allBefore(service, afterIn(config))],
    validation,
    template: templateOver(what.template, where.templates?.[service]),
    front,
    suites: suitesIn(config, environment),
  };
}

function afterIn({ services }: Config): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(services).map(([name, { after }]) => [name, after]));
}

function frontOf(loadBalancer: LoadBalancerConfig | undefined, service: string): Front | undefined {
  const url = loadBalancer?.urls[service];
  if (loadBalancer === undefined || url === undefined) return undefined;
  return { url, timeoutMs: loadBalancer.timeoutMs, serverless: loadBalancer.serverless };
}

/** @returns undefined when one of them is not configured. */
export function targetsOf(
  config: Config,
  { services, environment }: { readonly services: readonly string[]; readonly environment: string },
): readonly Target[] | undefined {
  const targets = services.map((service) => targetOf(config, { service, environment }));
  return targets.every((target) => target !== undefined) ? targets : undefined;
}
