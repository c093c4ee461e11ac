import type { ApprovalPolicy, RolloutPolicy } from '../domain/target.ts';
import type { GatePolicy } from '../domain/policy.ts';
import type { FileRollout } from './rollout.schema.ts';
import type { FileConfig } from './schema.ts';
import type { Settings } from './settings.ts';
import { infrastructureOf } from './infrastructure.ts';
import { monitorsOf } from './monitors.ts';
import { teamsOf } from './pages.ts';
import { suiteOf } from './suites.ts';
import { publicApi } from '../domain/issue/place.ts';
import { templateOf } from './template.ts';
import type { FileLoadBalancer } from './load-balancer.schema.ts';
import type { Config, EnvironmentConfig, LoadBalancerConfig, ServiceConfig } from './types.ts';
import { bearerOf, planOf } from './validation/plan.ts';

export interface Parts {
  readonly file: string;
  readonly parsed: FileConfig;
  readonly tokens: { readonly botToken: string; readonly appToken: string };
  readonly settings: Settings;
  readonly programs: Readonly<Record<string, string>>;
}

/** The valid parts as one frozen whole: defaults that depend on other parts filled in, units in the names. */
export function resolve({ file, parsed, tokens, settings, programs }: Parts): Config {
  const { channel } = parsed;
  const all = Object.keys(parsed.services);
  return deepFreeze({
    file,
    channel,
    slack: {
      botToken: tokens.botToken,
      appToken: tokens.appToken,
      apiUrl: settings.apiUrl,
      updatesPerMinute: parsed.slack.updatesPerMinute,
    },
    redisUrl: settings.redisUrl,
    cloudEndpoint: settings.cloudEndpoint,
    cloudWeb: settings.cloudWeb,
    programs,
    logLevel: settings.logLevel,
    healthPort: settings.healthPort,
    github: githubOf(parsed.github),
    teams: teamsOf(parsed.pages),
    services: record(parsed.services, toService),
    suites: record(parsed.suites, (_name, value) => suiteOf(value)),
    environments: record(parsed.environments, (_name, value) =>
      toEnvironment(value, { channel, services: all, programs }),
    ),
  });
}

function toService(
  name: string,
  { run, after, build, health, validation, template, ...card }: FileConfig['services'][string],
): ServiceConfig {
  const checks = health.map(({ path, status, within }) => ({ path, status, withinMs: within }));
  const { timeout, serviceAccount, trigger, ...rest } = build;
  return {
    run: run ?? name,
    card,
    after,
    build: {
      ...rest,
      timeoutMs: timeout,
      ...(serviceAccount === undefined ? {} : { serviceAccount: accountName(serviceAccount) }),
      ...(trigger === undefined ? {} : { trigger }),
    },
    health: checks,
    ...(validation === undefined ? {} : { validation: planOf(validation) }),
    ...(template === undefined ? {} : { template: templateOf(template) }),
  };
}

/** Cloud Build asks for the full name; the project is the part of the address before the first dot. */
function accountName(account: string): string {
  const project = /@([^.]+)\.iam\./.exec(account)?.[1];
  return account.startsWith('projects/') || project === undefined
    ? account
    : `projects/${project}/serviceAccounts/${account}`;
}

function toEnvironment(
  environment: FileConfig['environments'][string],
  defaults: {
    readonly channel: string;
    readonly services: readonly string[];
    readonly programs: Parts['programs'];
  },
): EnvironmentConfig {
  const {
    project,
    region,
    channel,
    ref,
    services,
    validation,
    loadBalancer,
    rollout,
    templates,
    monitors,
    suites,
    infrastructure,
  } = environment;
  return {
    project,
    region,
    channel: channel ?? defaults.channel,
    ref,
    services: services ?? defaults.services,
    ...approvalOf(environment),
    gates: gatesOf(environment),
    ...(validation === undefined
      ? {}
      : { validation: { headers: validation.headers, ...bearerOf(validation.token) } }),
    rollout: rolloutOf(rollout),
    ...(monitors === undefined ? {} : { monitors: monitorsOf(monitors) }),
    ...(suites === undefined ? {} : { suites }),
    ...(templates === undefined ? {} : { templates: record(templates, (_name, value) => templateOf(value)) }),
    ...(infrastructure === undefined
      ? {}
      : {
          infrastructure: infrastructureOf(infrastructure, {
            surroundings: defaults.programs,
            project,
            region,
          }),
        }),
    ...(loadBalancer === undefined ? {} : { loadBalancer: loadBalancerOf(loadBalancer) }),
  };
}

type FileEnvironment = Pick<FileConfig['environments'][string], 'approval' | 'roles' | 'freeze' | 'after'>;

/** Whoever has the role approves, unless the approval names others. */
function approvalOf({ approval, roles }: FileEnvironment): { approval?: ApprovalPolicy } {
  if (approval === undefined) return {};
  const { by = roles.approve ?? [], expires, self } = approval;
  return { approval: { by, expiresMs: expires, self } };
}

function gatesOf({ approval, roles, freeze, after }: FileEnvironment): GatePolicy {
  const named = Object.entries({ ...roles, approve: roles.approve ?? approval?.by });
  return {
    roles: Object.fromEntries(named.filter(([, people]) => people !== undefined)),
    freeze: freeze.map(({ lasts, ...window }) => ({ ...window, lastsMs: lasts })),
    ...(after === undefined ? {} : { after }),
  };
}

function rolloutOf({ steps, bake, drain, countdown, triggers }: FileRollout): RolloutPolicy {
  return { steps, bakeMs: bake, drainMs: drain, countdownMs: countdown, triggers };
}

function loadBalancerOf({ urls, timeout, serverless }: FileLoadBalancer): LoadBalancerConfig {
  return { urls: record(urls, (_name, url) => url), timeoutMs: timeout, serverless };
}

function githubOf(github: FileConfig['github']): Config['github'] {
  const { apiUrl = publicApi, close = false, ...rest } = github ?? {};
  return { ...rest, apiUrl, close };
}

/** Without a prototype: `constructor` is a name people may type, and must not be found by accident. */
function record<In, Out>(
  entries: Readonly<Record<string, In>>,
  convert: (name: string, value: In) => Out,
): Record<string, Out> {
  const result = Object.create(null) as Record<string, Out>;
  for (const [name, value] of Object.entries(entries)) result[name] = convert(name, value);
  return result;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
