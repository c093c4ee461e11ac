import { quote } from '../found.ts';
import type { Finding } from '../issues.ts';
import type { Path } from '../types.ts';
import { STEP_KEYS, type Verb, VERBS } from './journey.schema.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Each step does one thing, with keys that go with it, on a connection that is open, with what was captured before. */
export function journeyFaults(path: Path, journeys: unknown): readonly Finding[] {
  return list(journeys).flatMap((journey, index) => {
    const state: State = { captured: new Set(), connected: false };
    return list(mapping(journey)['steps']).flatMap((step, number) =>
      stepFaults([...path, index, 'steps', number], mapping(step), state),
    );
  });
}

interface State {
  readonly captured: Set<string>;
  connected: boolean;
}

function stepFaults(path: Path, step: Mapping, state: State): readonly Finding[] {
  const verbs = VERBS.filter((verb) => Object.hasOwn(step, verb));
  const [verb] = verbs;
  if (verb === undefined || verbs.length > 1) {
    const found = verbs.length === 0 ? 'none of them' : verbs.join(' and ');
    return [{ path, expected: `exactly one of ${VERBS.join(', ')}`, found }];
  }
  const faults = [
    ...oddKeys(path, step, verb),
    ...emptyValue(path, step, verb),
    ...unconnected(path, verb, state),
    ...unknownVariables(path, step, state.captured),
  ];
  if (verb === 'connect') state.connected = true;
  if (verb === 'close') state.connected = false;
  for (const name of Object.keys(mapping(step['capture']))) state.captured.add(name);
  return faults;
}

const KNOWN_KEYS = new Set(Object.values(STEP_KEYS).flat());

/** Keys that no step has are the schema's to report. */
function oddKeys(path: Path, step: Mapping, verb: Verb): readonly Finding[] {
  return Object.keys(step)
    .filter((key) => key !== verb && KNOWN_KEYS.has(key) && !STEP_KEYS[verb].includes(key))
    .map((key) => ({
      path: [...path, key],
      expected: `one of ${STEP_KEYS[verb].join(', ')} beside ${verb}`,
      found: `the key ${key}`,
      atKey: true,
    }));
}

function emptyValue(path: Path, step: Mapping, verb: Verb): readonly Finding[] {
  const isMessage = verb === 'send' || verb === 'expect';
  const value = step[verb];
  if (!isMessage) return [];
  if (value === null) return [{ path: [...path, verb], expected: 'a message' }];
  const isMatch = typeof value === 'string' || (typeof value === 'object' && !Array.isArray(value));
  return verb === 'send' || isMatch
    ? []
    : [{ path: [...path, verb], expected: 'a word, or a mapping of values' }];
}

function unconnected(path: Path, verb: Verb, { connected }: State): readonly Finding[] {
  if (connected || !['send', 'expect', 'close'].includes(verb)) return [];
  const found = `${verb} without a connection`;
  return [
    {
      path: [...path, verb],
      expected: 'a step with connect before',
      found,
      atKey: true,
      example: '- connect: /ws',
    },
  ];
}

function unknownVariables(path: Path, value: unknown, captured: ReadonlySet<string>): readonly Finding[] {
  if (typeof value === 'string') {
    const names = [...value.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(([, name = '']) => name);
    const unknown = names.find((name) => !captured.has(name));
    if (unknown === undefined) return [];
    const known = captured.size === 0 ? 'nothing yet' : [...captured].join(', ');
    return [
      {
        path,
        expected: `a value that an earlier step captured (${known})`,
        found: quote(`\${${unknown}}`),
        example: `capture: {${unknown}: access_token}`,
      },
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((inner: unknown, index) => [index, inner] as const)
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => unknownVariables([...path, key], inner, captured));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
