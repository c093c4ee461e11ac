import type { Refusal } from '../reasons.ts';
import { type Catalog, exampleOf, placeOf, unknownEnvironment } from './catalog.ts';
import { readOptions } from './deploy.ts';
import { type AboutIssue, readIssue } from './issue.ts';
import { readTargets, type TargetsName, type Told } from './targets.ts';
import { quote, type Read, readWords, refuse, refusedWith, tooMuch, usage, type Words } from './words.ts';

/** All services of the environment, or those that were named. */
export interface ValidateRequest extends TargetsName, AboutIssue {
  /** Test suites to run instead of a validation; at least one. Absent: none was asked for. */
  readonly suites?: readonly string[];
}

export type ValidateCommand =
  | { readonly kind: 'validate'; readonly request: ValidateRequest }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Means every suite; with a colon behind it, those that are named there. */
const word = 'suites';

/**
 * Reads the text behind `/validate`: an environment, or services and an environment, and perhaps `suites[:a,b]` and
 * `issue:128`.
 */
export function parseValidate(text: string, catalog: Catalog): ValidateCommand {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const request = read.kind === 'refused' ? read : readValidate(read.value, catalog);
  return request.kind === 'refused'
    ? refusedWith(request.problem, exampleOf('validate', catalog))
    : { kind: 'validate', request: request.value };
}

function readValidate({ names, options: typed }: Words, catalog: Catalog): Read<ValidateRequest> {
  const all = names.length > 1 && names.at(-1) === word;
  const options = readOptions(typed, [word, 'issue']);
  if (options.kind === 'refused') return options;
  const targets = readPlaces(all ? names.slice(0, -1) : names, catalog);
  if (targets.kind === 'refused') return targets;
  const issue = readIssue(options.value.issue);
  if (issue.kind === 'refused') return issue;
  const value = { ...targets.value, ...issue.value };
  if (!all && options.value.suites === undefined) return { kind: 'read', value };
  const suites = readSuites(options.value.suites, catalog);
  return suites.kind === 'refused' ? suites : { kind: 'read', value: { ...value, suites: suites.value } };
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
