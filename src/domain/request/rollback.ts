import type { Refusal } from '../reasons.ts';
import { type Catalog, exampleOf, type TargetName, unknownTarget } from './catalog.ts';
import { quote, readWords, refusedWith, tooMuch, unknownOption, usage } from './words.ts';

export interface RollbackRequest extends TargetName {
  /** Absent: the last one that served everything well. */
  readonly revision?: string;
}

export type RollbackCommand =
  | { readonly kind: 'rollback'; readonly request: RollbackRequest }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Cloud Run's names of revisions. */
const revisionPattern = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reads the text behind `/rollback`: a service, an environment and perhaps a revision. Never throws. */
export function parseRollback(text: string, catalog: Catalog): RollbackCommand {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const example = exampleOf('rollback', catalog);
  if (read.kind === 'refused') return refusedWith(read.problem, example);
  const { names, options } = read.value;
  const [option] = options;
  if (option !== undefined) return refusedWith(unknownOption(option), example);
  const [service, environment, revision, extra] = names;
  if (service === undefined || environment === undefined)
    return refusedWith(usage('A rollback needs a service and an environment.'), example);
  const unknown = unknownTarget({ service, environment }, '/rollback', catalog);
  if (unknown !== undefined) return refusedWith(unknown, example);
  if (extra !== undefined) return refusedWith(tooMuch(extra), example);
  if (revision === undefined) return { kind: 'rollback', request: { service, environment } };
  return revisionPattern.test(revision)
    ? { kind: 'rollback', request: { service, environment, revision } }
    : refusedWith(usage(`${quote(revision)} is no name of a revision.`), example);
}
