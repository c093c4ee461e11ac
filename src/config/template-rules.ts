import { parseDuration } from '../domain/duration.ts';
import { quote } from './found.ts';
import type { Finding } from './issues.ts';
import { suggest } from './suggest.ts';
import type { Path } from './types.ts';

type Mapping = Readonly<Record<string, unknown>>;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
// https://cloud.google.com/run/docs/container-contract#env-vars: Cloud Run sets these itself.
const RESERVED = new Set(['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION']);

interface Place {
  readonly path: Path;
  readonly template: Mapping;
  /** What this one stands over; empty for that of a service. */
  readonly under: Mapping;
}

/** Rules of templates that the shape of the file cannot say. */
export function checkTemplates(file: unknown): readonly Finding[] {
  const services = mapping(mapping(file)['services']);
  const environments = mapping(mapping(file)['environments']);
  const templateOf = (name: string) =>
    mapping(mapping(Object.hasOwn(services, name) ? services[name] : undefined)['template']);
  const own = Object.keys(services).map((name) => ({
    path: ['services', name, 'template'],
    template: templateOf(name),
    under: {},
  }));
  const over = Object.entries(environments).flatMap(([name, environment]) =>
    Object.entries(mapping(mapping(environment)['templates'])).map(([service, template]) => ({
      path: ['environments', name, 'templates', service],
      template: mapping(template),
      under: templateOf(service),
    })),
  );
  return [
    ...Object.entries(environments).flatMap(([name, environment]) =>
      strangers(['environments', name, 'templates'], mapping(environment), Object.keys(services)),
    ),
    ...[...own, ...over].flatMap((place) => [
      ...nameFaults(place),
      ...bothFaults(place),
      ...instanceFaults(place),
      ...probeFaults(place),
    ]),
  ];
}

/** Names under `templates` that no service of the environment has. */
function strangers(path: Path, environment: Mapping, known: readonly string[]): readonly Finding[] {
  const { services } = environment;
  const here = Array.isArray(services) ? services.filter((name) => typeof name === 'string') : known;
  return Object.keys(mapping(environment['templates']))
    .filter((name) => !here.includes(name))
    .map((name) => {
      const meant = suggest(name, here);
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
      const example = `templates: { ${here[0] ?? 'backend'}: { minInstances: 1 } }`;
      return {
        path: [...path, name],
        expected: `the name of a service that runs here${hint}`,
        found: quote(name),
        atKey: true,
        example,
      };
    });
}

function nameFaults({ path, template }: Place): readonly Finding[] {
  return (['env', 'secrets'] as const).flatMap((key) =>
    Object.keys(mapping(template[key]))
      .filter((name) => !VARIABLE.test(name) || RESERVED.has(name))
      .map((name) => ({
        path: [...path, key, name],
        expected: RESERVED.has(name)
          ? 'a variable that Cloud Run does not set itself'
          : 'the name of a variable: letters, digits and _, no digit first',
        found: quote(name),
        atKey: true,
        example: key === 'env' ? 'LOG_LEVEL: info' : 'DATABASE_URL: chat-db-url:3',
      })),
  );
}

function bothFaults({ path, template }: Place): readonly Finding[] {
  const env = mapping(template['env']);
  return Object.keys(mapping(template['secrets']))
    .filter((name) => Object.hasOwn(env, name))
    .map((name) => ({
      path: [...path, 'secrets', name],
      expected: 'a variable in one place',
      found: `${quote(name)} under env as well`,
      atKey: true,
      example: 'DATABASE_URL: chat-db-url:3',
    }));
}

function instanceFaults({ path, template, under }: Place): readonly Finding[] {
  const { minInstances: least, maxInstances: most } = { ...under, ...template };
  const said = template['maxInstances'] === undefined ? 'minInstances' : 'maxInstances';
  if (typeof least !== 'number' || typeof most !== 'number' || least <= most) return [];
  if (template[said] === undefined) return [];
  return [
    {
      path: [...path, said],
      expected: 'at least as many maxInstances as minInstances',
      found: `${most} and ${least}`,
      example: `maxInstances: ${least}`,
    },
  ];
}

function probeFaults({ path, template }: Place): readonly Finding[] {
  return (['startupProbe', 'livenessProbe'] as const).flatMap((key) => {
    const { period = '10s', timeout = '1s' } = mapping(template[key]);
    const longest = typeof period === 'string' ? parseDuration(period) : undefined;
    const given = typeof timeout === 'string' ? parseDuration(timeout) : undefined;
    if (longest === undefined || given === undefined || given <= longest) return [];
    return [
      {
        path: [...path, key, 'timeout'],
        expected: `a time-out that is not above the period of ${String(period)}`,
        example: `timeout: ${String(period)}`,
      },
    ];
  });
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
