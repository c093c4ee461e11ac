import { REFERENCE } from './interpolate.ts';
import type { Finding } from './issues.ts';
import type { Path } from './types.ts';
import { SECRET_EXPECTED } from './validation/fields.ts';

type Mapping = Readonly<Record<string, unknown>>;

const SECRETS: readonly Path[] = [
  ['pagerduty'],
  ['pagerduty', 'key'],
  ['opsgenie', 'key'],
  ['webhook', 'secret'],
];

/**
 * Rules of teams that the shape of the file cannot say. `written`: the values as they stand in the file, with their
 * references: only there can be seen that a secret is none of its own.
 */
export function checkPages(file: unknown, written: unknown): readonly Finding[] {
  const teams = mapping(mapping(file)['pages']);
  return Object.keys(teams).flatMap((team) => {
    const path = ['pages', team];
    return [
      ...noWay(path, teams[team]),
      ...SECRETS.map((secret) => [...path, ...secret]).flatMap((secret) => literal(secret, written)),
      ...twoAddresses([...path, 'opsgenie', 'region'], mapping(mapping(teams[team])['opsgenie'])),
    ];
  });
}

/** Asked here and not of the shape: a mistyped way is problem enough. */
function noWay(path: Path, team: unknown): readonly Finding[] {
  const isEmpty = typeof team === 'object' && team !== null && Object.keys(team).length === 0;
  return isEmpty ? [{ path, expected: 'at least one of slack, pagerduty, opsgenie, webhook' }] : [];
}

/** A secret that stands in the file. @param written the values as they stand there */
export function literal(path: Path, written: unknown): readonly Finding[] {
  const value = path.reduce<unknown>((inner, part) => mapping(inner)[part], written);
  if (typeof value !== 'string' || REFERENCE.test(value)) return [];
  return [{ path, expected: SECRET_EXPECTED, found: 'something else (not shown)' }];
}

function twoAddresses(path: Path, { region, url }: Mapping): readonly Finding[] {
  if (region === undefined || url === undefined) return [];
  return [{ path, expected: 'either region or url', found: 'both', atKey: true, example: 'region: eu' }];
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
