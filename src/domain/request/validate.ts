import type { Refusal } from '../reasons.ts';
import { type Catalog, exampleOf, placeOf, unknownEnvironment } from './catalog.ts';
import { readTargets, type TargetsName, type Told } from './targets.ts';
import { quote, type Read, readWords, refuse, refusedWith, tooMuch, unknownOption, usage } from './words.ts';

/** All services of the environment, or those that were named. */
export interface ValidateRequest extends TargetsName {
  /** Test suites to run instead of a validation; at least one. Absent: none was asked for. */
  readonly suites?: readonly string[];
}

export type ValidateCommand =
  | { readonly kind: 'validate'; readonly request: ValidateRequest }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Means every suite; with a colon behind it, those that are named there. */
const word = 'suites';

/** Reads the text behind `/validate`: an environment, or services and an environment, and perhaps `suites[:a,b]`. */
export function parseValidate(text: string, catalog: Catalog): ValidateCommand {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const example = exampleOf('validate', catalog);
  if (read.kind === 'refused') return refusedWith(read.problem, example);
  const { names, options } = read.value;
  const all = names.length > 1 && names.at(-1) === word;
  const [option, second] = options;
  const typed = option?.startsWith(`${word}:`) === true ? option.slice(word.length + 1) : undefined;
  const strange = typed === undefined ? option : second;
  if (strange !== undefined) return refusedWith(unknownOption(strange), example);
  const targets = readPlaces(all ? names.slice(0, -1) : names, catalog);
  if (targets.kind === 'refused') return refusedWith(targets.problem, example);
  if (!all && typed === undefined) return { kind: 'validate', request: targets.value };
  const suites = readSuites(typed, catalog);
  return suites.kind === 'refused'
    ? refusedWith(suites.problem, example)
    : { kind: 'validate', request: { ...targets.value, suites: suites.value } };
}

/** An environment with all of its services, or services and an environment. */
export function readPlaces(
  names: readonly string[],
  catalog: Catalog,
  told: Told = { command: '/validate', needs: 'A validation' },
): Read<TargetsName> {
  const [first = '', second, extra] = names;
  if (extra !== undefined) return refuse(tooMuch(extra));
  if (second !== undefined) return readTargets({ names }, told, catalog);
  const place = placeOf(first, catalog);
  const unknown = unknownEnvironment(first, catalog);
  return place === undefined || unknown !== undefined
    ? refuse(unknown ?? tooMuch(first))
    : { kind: 'read', value: { services: place.services, environment: first } };
}

/**
 * Names of suites with commas between them.
 * @param typed undefined for all there are
 */
export function readSuites(
  typed: string | undefined,
  { suites = [] }: Pick<Catalog, 'suites'>,
): Read<readonly string[]> {
  if (suites.length === 0) return refuse(usage('There is no test suite in slipway.yaml.'));
  if (typed === undefined) return { kind: 'read', value: suites };
  const names = [...new Set(typed.split(','))];
  if (names.includes('')) return refuse(usage(`There is a name missing in ${quote(`${word}:${typed}`)}.`));
  const unknown = names.find((name) => !suites.includes(name));
  return unknown === undefined
    ? { kind: 'read', value: names }
    : refuse({
        code: 'UNKNOWN_SUITE',
        summary: `There is no test suite ${quote(unknown)}. Suites: ${suites.join(', ')}.`,
      });
}
