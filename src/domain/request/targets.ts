import { type Catalog, placeOf, type TargetName, unknownEnvironment, unknownTarget } from './catalog.ts';
import { quote, type Read, refuse, usage, type Words } from './words.ts';

/** Means every service of the environment; no service may bear this name. */
export const everyService = 'all';

/** Services of one environment, in its order; at least one. */
export interface TargetsName {
  readonly services: readonly string[];
  readonly environment: string;
}

export interface Told {
  /** The words before the names, as typed. */
  readonly command: string;
  /** To be read before “needs a service and an environment”. */
  readonly needs: string;
}

/** `<service> <environment>` and words that may follow. */
export function readTarget(
  { names }: Pick<Words, 'names'>,
  { command, needs }: Told,
  catalog: Catalog,
): Read<TargetName> & { readonly rest: readonly string[] } {
  const [service, environment, ...rest] = names;
  if (service === undefined || environment === undefined) {
    const read = names.map(quote).join(', ');
    return {
      ...refuse(usage(`${needs} needs a service and an environment; I read ${read || 'none'}.`)),
      rest,
    };
  }
  const unknown = unknownTarget({ service, environment }, command, catalog);
  return unknown === undefined
    ? { kind: 'read', value: { service, environment }, rest }
    : { ...refuse(unknown), rest };
}

/** The same for `<service>[,<service>…]` or `all`. */
export function readTargets(
  words: Pick<Words, 'names'>,
  told: Told,
  catalog: Catalog,
): Read<TargetsName> & { readonly rest: readonly string[] } {
  const [listed = '', environment = '', ...rest] = words.names;
  const several = listed === everyService || listed.includes(',');
  if (!several || environment === '') {
    const one = readTarget(words, told, catalog);
    if (one.kind === 'refused') return one;
    const { service, ...where } = one.value;
    return { kind: 'read', value: { ...where, services: [service] }, rest };
  }
  const place = placeOf(environment, catalog);
  const unknown = unknownEnvironment(environment, catalog);
  if (place === undefined) return { ...refuse(unknown ?? usage(quote(environment))), rest };
  const asked = listed === everyService ? place.services : listed.split(',');
  if (asked.includes('')) return { ...refuse(usage(`There is a name missing in ${quote(listed)}.`)), rest };
  for (const service of asked) {
    const problem = unknownTarget({ service, environment }, told.command, catalog);
    if (problem !== undefined) return { ...refuse(problem), rest };
  }
  const services = place.services.filter((service) => asked.includes(service));
  return { kind: 'read', value: { services, environment }, rest };
}
