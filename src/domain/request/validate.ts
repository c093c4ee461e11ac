import type { Refusal } from '../reasons.ts';
import { type Catalog, exampleOf, placeOf, unknownEnvironment, unknownTarget } from './catalog.ts';
import { readWords, refusedWith, tooMuch, unknownOption } from './words.ts';

export interface ValidateRequest {
  /** All services of the environment, or the one that was named. */
  readonly services: readonly string[];
  readonly environment: string;
}

export type ValidateCommand =
  | { readonly kind: 'validate'; readonly request: ValidateRequest }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Reads the text behind `/validate`: an environment, or a service and an environment. */
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
  const unknown = unknownTarget({ service: first, environment: second }, '/validate', catalog);
  return unknown === undefined
    ? { kind: 'validate', request: { services: [first], environment: second } }
    : refusedWith(unknown, example);
}
