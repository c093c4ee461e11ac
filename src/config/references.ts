import { quote } from './found.ts';
import type { Finding } from './issues.ts';
import { checkGates } from './gates-rules.ts';
import { checkMonitors } from './monitors-rules.ts';
import { NAME, NAME_EXPECTED } from './schema.ts';
import { suggest } from './suggest.ts';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Rules between parts of the file. They are asked of the plain values, whatever else is wrong with them, so that all
 * problems are told at once.
 */
export function checkReferences(file: unknown): readonly Finding[] {
  const { services, environments, pages, suites } = mapping(file);
  const known = Object.keys(mapping(services));
  return [
    ...badNames('services', mapping(services)),
    ...badNames('environments', mapping(environments)),
    ...badNames('pages', mapping(pages)),
    ...badNames('suites', mapping(suites)),
    ...Object.entries(mapping(environments)).flatMap(([name, environment]) =>
      badServices(['environments', name, 'services'], mapping(environment)['services'], known),
    ),
    ...Object.entries(mapping(environments)).flatMap(([name, environment]) =>
      strangers(['environments', name, 'loadBalancer', 'urls'], environment, known),
    ),
    ...sharedTargets(mapping(services), mapping(environments)),
    ...checkGates(mapping(services), mapping(environments)),
    ...checkMonitors(mapping(environments), mapping(pages)),
  ];
}

const exampleNames = {
  services: 'backend:',
  environments: 'staging:',
  pages: 'operations:',
  suites: 'e2e:',
} as const;

function badNames(section: keyof typeof exampleNames, names: Mapping): readonly Finding[] {
  return Object.keys(names)
    .filter((name) => !NAME.test(name))
    .map((name) => ({
      path: [section, name],
      expected: NAME_EXPECTED,
      found: quote(name),
      atKey: true,
      example: exampleNames[section],
    }));
}

function badServices(path: readonly string[], list: unknown, known: readonly string[]): readonly Finding[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((name: unknown, index) => {
    if (typeof name !== 'string') return [];
    const example = `services: [${known.slice(0, 3).join(', ')}]`;
    if (!known.includes(name)) {
      const meant = suggest(name, known);
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
      return [{ path: [...path, index], expected: `a name from services${hint}`, example }];
    }
    if (list.indexOf(name) === index) return [];
    return [{ path: [...path, index], expected: 'each service once', found: `${name} again`, example }];
  });
}

/** Names under `loadBalancer.urls` that are no service. */
function strangers(
  path: readonly string[],
  environment: unknown,
  known: readonly string[],
): readonly Finding[] {
  const urls = mapping(mapping(mapping(environment)['loadBalancer'])['urls']);
  return Object.keys(urls)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = suggest(name, known);
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
      const example = `urls: { ${known[0] ?? 'backend'}: "https://chat.example.com" }`;
      return {
        path: [...path, name],
        expected: `a name from services${hint}`,
        found: quote(name),
        atKey: true,
        example,
      };
    });
}

/** Locks and approvals are kept by target, so one Cloud Run service must never be two targets. */
function sharedTargets(services: Mapping, environments: Mapping): readonly Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(environments).flatMap(([name, value]) => {
    const { project, region, services: listed } = mapping(value);
    if (typeof project !== 'string' || typeof region !== 'string') return [];
    const members: readonly unknown[] = Array.isArray(listed)
      ? [...new Set<unknown>(listed)]
      : Object.keys(services);
    for (const member of members) {
      if (typeof member !== 'string' || !Object.hasOwn(services, member)) continue;
      const run = mapping(services[member])['run'] ?? member;
      const place = JSON.stringify([project, region, run]);
      const owner = owners.get(place);
      if (owner !== undefined) return [shared(name, `${name}/${member}`, owner)];
      owners.set(place, `${name}/${member}`);
    }
    return [];
  });
}

function shared(environment: string, target: string, owner: string): Finding {
  return {
    path: ['environments', environment],
    expected: 'each Cloud Run service (project, region and run) in one target only',
    found: `that ${target} is the same as ${owner}`,
    atKey: true,
    example: 'another project or region, or another run for one of the services',
  };
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
