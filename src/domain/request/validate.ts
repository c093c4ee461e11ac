import type { Refusal } from '../reasons.ts';
import { type Catalog, exampleOf, placeOf, unknownEnvironment } from './catalog.ts';
import { readTargets, type TargetsName } from './targets.ts';
import { readWords, refusedWith, tooMuch, unknownOption } from './words.ts';

/** All services of the environment, or those that were named. */
export type ValidateRequest = TargetsName;

export type ValidateCommand =
  | { readonly kind: 'validate'; readonly request: ValidateRequest }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Reads the text behind `/validate`: an environment, or services and an environment. */
export function parseValidate(text: string, catalog: Catalog): ValidateCommand {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const example = exampleOf('validate', catalog);
  if (read.kind === 'refused') return refusedWith(read.problem, example);
  const { names, options } = read.value;
  const [option] = options;
  if (option !== undefined) return refusedWith(unknownOption(option), example);
  const [first = '', second, extra] = names;
  if (extra !== undefined) return refusedWith(tooMuch(extra), example);
  if (second === undefined) {
    const place = placeOf(first, catalog);
    const unknown = unknownEnvironment(first, catalog);
    return place === undefined || unknown !== undefined
      ? refusedWith(unknown ?? tooMuch(first), example)
      : { kind: 'validate', request: { services: place.services, environment: first } };
  }
  const targets = readTargets({ names }, { command: '/validate', needs: 'A validation' }, catalog);
  return targets.kind === 'read'
    ? { kind: 'validate', request: targets.value }
    : refusedWith(targets.problem, example);
}
