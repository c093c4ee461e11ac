import type { Finding } from './issues.ts';

type Mapping = Readonly<Record<string, unknown>>;
const ways = ['repository', 'folder', 'trigger'] as const;
/** What a build of a trigger has in its own configuration. */
const ofPrograms = ['program', 'directory', 'workspace', 'vars', 'env', 'backend'] as const;

/** One way alone, or nobody could say which configuration is applied. */
export function checkInfrastructure(file: unknown): readonly Finding[] {
  return Object.entries(mapping(mapping(file)['environments'])).flatMap(([name, environment]) => {
    const infrastructure = mapping(environment)['infrastructure'];
    if (typeof infrastructure !== 'object' || infrastructure === null) return [];
    const given = ways.filter((way) => Object.hasOwn(infrastructure, way));
    if (given.length === 1) return given[0] === 'trigger' ? strangers(name, mapping(infrastructure)) : [];
    return [
      {
        path: ['environments', name, 'infrastructure'],
        expected: `one of ${ways.join(', ')}`,
        found: given.length === 0 ? 'none of them' : given.join(' and '),
        atKey: true,
        example: 'repository: https://github.com/example/chat.git',
      },
    ];
  });
}

/** What stands beside a trigger would be without effect. */
function strangers(name: string, infrastructure: Mapping): readonly Finding[] {
  return ofPrograms
    .filter((key) => Object.hasOwn(infrastructure, key))
    .map((key) => ({
      path: ['environments', name, 'infrastructure', key],
      expected: 'nothing beside trigger: it stands in the configuration of its builds',
      found: key,
      atKey: true,
      example: 'trigger: { name: chat-infrastructure, objects: "gs://chat-terraform/slipway" }',
    }));
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
