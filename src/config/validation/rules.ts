import type { Finding } from '../issues.ts';
import { REFERENCE } from '../interpolate.ts';
import type { Path } from '../types.ts';
import { SECRET_EXPECTED } from './fields.ts';
import { journeyFaults } from './journey-rules.ts';
import { TOKEN_KEYS, type TokenKind } from './token.schema.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Headers whose whole purpose is a secret. */
const SECRET_HEADER =
  /^(?:(?:proxy-)?authorization|x-serverless-authorization|x-api-key|api-key|x-goog-api-key)$/i;
const SECRET_TEXT_EXPECTED = 'a text with ${env:NAME} in it (a secret never stands in the file)';

/**
 * Rules of validations that the shape of the file cannot say. `written`: the values as they stand in the file, with
 * their references: only there can be seen that a secret is none of its own.
 */
export function checkValidation(file: unknown, written: unknown): readonly Finding[] {
  return ['services', 'environments'].flatMap((section) =>
    Object.keys(mapping(mapping(file)[section])).flatMap((name) => {
      const path = [section, name, 'validation'];
      const asWritten = mapping(at(written, path));
      return [
        ...tokenFaults([...path, 'token'], at(file, path)),
        ...secretFaults(path, asWritten),
        ...journeyFaults([...path, 'journeys'], asWritten['journeys']),
      ];
    }),
  );
}

function tokenFaults(path: Path, validation: unknown): readonly Finding[] {
  const token = mapping(mapping(validation)['token']);
  const { kind } = token;
  if (typeof kind !== 'string' || !Object.hasOwn(TOKEN_KEYS, kind)) return [];
  const { needs, may } = TOKEN_KEYS[kind as TokenKind];
  const missing = needs.filter((key) => token[key] === undefined);
  const odd = Object.keys(token).filter(
    (key) => key !== 'kind' && !needs.includes(key) && !may.includes(key),
  );
  const keys = ['kind', ...needs, ...may].join(', ');
  return [
    ...missing.map((key) => ({
      path: [...path, key],
      expected: `${key} for a token of kind ${kind}`,
      found: 'nothing',
    })),
    ...odd
      .filter((key) => ALL_KEYS.has(key))
      .map((key) => ({
        path: [...path, key],
        expected: `one of ${keys} for a token of kind ${kind}`,
        found: `the key ${key} of another kind`,
        atKey: true,
      })),
  ];
}

const ALL_KEYS = new Set(Object.values(TOKEN_KEYS).flatMap(({ needs, may }) => [...needs, ...may]));

function secretFaults(path: Path, validation: Mapping): readonly Finding[] {
  const { token, headers, cookies, journeys } = validation;
  const places: readonly (readonly [Path, unknown])[] =
    typeof token === 'string'
      ? [[['token'], token]]
      : ['token', 'key', 'clientSecret'].map((key) => [['token', key], mapping(token)[key]] as const);
  const steps = list(journeys).flatMap((journey, index) =>
    list(mapping(journey)['steps']).map((step, number) => ({
      path: [...path, 'journeys', index, 'steps', number, 'headers'],
      headers: mapping(step)['headers'],
    })),
  );
  return [
    ...places
      .filter(([, value]) => typeof value === 'string' && !REFERENCE.test(value))
      .map(([place]) => hidden([...path, ...place], SECRET_EXPECTED)),
    ...headerFaults([...path, 'headers'], headers),
    ...headerFaults([...path, 'token', 'headers'], mapping(token)['headers']),
    ...steps.flatMap((step) => headerFaults(step.path, step.headers)),
    ...(typeof cookies === 'string' && !cookies.includes('${')
      ? [hidden([...path, 'cookies'], SECRET_TEXT_EXPECTED)]
      : []),
  ];
}

function headerFaults(path: Path, headers: unknown): readonly Finding[] {
  return Object.entries(mapping(headers))
    .filter(([name, value]) => SECRET_HEADER.test(name) && typeof value === 'string' && !value.includes('${'))
    .map(([name]) => hidden([...path, name], SECRET_TEXT_EXPECTED));
}

function hidden(path: Path, expected: string): Finding {
  return { path, expected, found: 'something else (not shown)' };
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, part) => mapping(inner)[part], value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
