import type { Finding } from './issues.ts';
import { TEAM } from './monitors.schema.ts';
import { suggest } from './suggest.ts';
import type { Path } from './types.ts';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Teams that a rule, or `escalate`, names and that are not under `pages`: nobody would be woken. Teams that a rule pages
 * when it names none need not be there.
 */
export function checkMonitors(environments: Mapping, pages: Mapping): readonly Finding[] {
  const teams = Object.keys(pages);
  return Object.entries(environments).flatMap(([name, environment]) => {
    const monitors = mapping(mapping(environment)['monitors']);
    const path = ['environments', name, 'monitors'];
    return [
      ...stranger([...path, 'escalate', 'to'], mapping(monitors['escalate'])['to'], teams),
      ...Object.entries(mapping(monitors['rules'])).flatMap(([rule, said]) =>
        stranger([...path, 'rules', rule, 'page'], mapping(said)['page'], teams),
      ),
    ];
  });
}

/** What can be no name is told by the shape. */
function stranger(path: Path, team: unknown, teams: readonly string[]): readonly Finding[] {
  if (typeof team !== 'string' || !TEAM.test(team) || teams.includes(team)) return [];
  const meant = suggest(team, teams);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  const example = `${path.at(-1) ?? 'page'}: ${teams[0] ?? 'operations'}`;
  return [{ path, expected: `the name of a team under pages${hint}`, example }];
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
