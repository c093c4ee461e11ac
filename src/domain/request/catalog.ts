import type { Problem } from './words.ts';
import { quote, usage } from './words.ts';

/** What a person may name, with the ref that is taken when none is given. */
export interface Catalog {
  readonly services: readonly string[];
  readonly environments: Readonly<
    Record<
      string,
      {
        readonly services: readonly string[];
        readonly ref: string;
        /** Whether there is any to be changed. */
        readonly infrastructure?: object;
      }
    >
  >;
  /** Test suites. Absent: there are none. */
  readonly suites?: readonly string[];
}

export interface TargetName {
  readonly service: string;
  readonly environment: string;
}

export function placeOf(environment: string, { environments }: Catalog) {
  return Object.hasOwn(environments, environment) ? environments[environment] : undefined;
}

export function unknownEnvironment(environment: string, catalog: Catalog): Problem | undefined {
  if (placeOf(environment, catalog) !== undefined) return undefined;
  const known = Object.keys(catalog.environments).join(', ');
  return {
    code: 'UNKNOWN_ENVIRONMENT',
    summary: `There is no environment ${quote(environment)}. Environments: ${known}.`,
  };
}

export function unknownService(service: string, { services }: Catalog): Problem | undefined {
  if (services.includes(service)) return undefined;
  return {
    code: 'UNKNOWN_SERVICE',
    summary: `There is no service ${quote(service)}. Services: ${services.join(', ')}.`,
  };
}

/** @param command the words before the names, for a person who swapped these, such as `/deploy`. */
export function unknownTarget(
  { service, environment }: TargetName,
  command: string,
  catalog: Catalog,
): Problem | undefined {
  if (placeOf(service, catalog) !== undefined && catalog.services.includes(environment))
    return usage(`The service comes first: ${command} ${environment} ${service}.`);
  const unknown = unknownService(service, catalog) ?? unknownEnvironment(environment, catalog);
  if (unknown !== undefined) return unknown;
  const services = placeOf(environment, catalog)?.services ?? [];
  if (services.includes(service)) return undefined;
  return {
    code: 'UNKNOWN_SERVICE',
    summary: `${service} is not deployed to ${environment}. Services there: ${services.join(', ')}.`,
  };
}

/** What people type, by the words before the names. */
const examples = {
  deploy: ({ target, ref }) => `/deploy ${target} ref:${ref}`,
  validate: ({ target }) => `/validate ${target}`,
  rollback: ({ target }) => `/rollback ${target}`,
  lock: ({ environment }) => `/deploy lock ${environment} "load test" 2h`,
  unlock: ({ environment }) => `/deploy unlock ${environment}`,
  'can-i': ({ target }) => `/deploy can-i ${target}`,
  lift: ({ service }) => `/deploy lift ${service} sha256:0123456789ab "fixed by a new setting"`,
  infrastructure: ({ environment, ref }) => `/deploy infrastructure ${environment} ref:${ref}`,
  'infrastructure-back': ({ environment }) => `/rollback infrastructure ${environment}`,
  plan: ({ target }) => `/deploy plan ${target}`,
  status: ({ environment }) => `/deploy status ${environment}`,
  history: ({ target }) => `/deploy history ${target}`,
  rounds: ({ target, suite }) => `/rounds start ${target} suites:${suite}`,
  monitor: ({ environment }) => `/monitor ${environment} start for 10m`,
} as const satisfies Record<string, (names: Names) => string>;

export type Example = keyof typeof examples;

interface Names {
  readonly service: string;
  readonly environment: string;
  readonly target: string;
  readonly ref: string;
  readonly suite: string;
}

/** A command of this kind that works in this catalog. */
export function exampleOf(command: Example, catalog: Catalog): string {
  const [environment, place] = Object.entries(catalog.environments)[0] ?? ['staging', undefined];
  const service = place?.services[0] ?? 'backend';
  const ref = place?.ref ?? 'main';
  const suite = catalog.suites?.[0] ?? 'e2e';
  return examples[command]({ service, environment, target: `${service} ${environment}`, ref, suite });
}
