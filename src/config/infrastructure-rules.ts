import type { Finding } from './issues.ts';

type Mapping = Readonly<Record<string, unknown>>;
const ways = ['repository', 'folder'] as const;

/** One way alone, or nobody could say which configuration is applied. */
export function checkInfrastructure(file: unknown): readonly Finding[] {
  return Object.entries(mapping(mapping(file)['environments'])).flatMap(([name, environment]) => {
    const infrastructure = mapping(environment)['infrastructure'];
    if (typeof infrastructure !== 'object' || infrastructure === null) return [];
    const given = ways.filter((way) => Object.hasOwn(infrastructure, way));
    if (given.length === 1) return [];
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

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
