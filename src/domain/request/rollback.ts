import type { Refusal } from '../reasons.ts';
import { type Catalog, exampleOf } from './catalog.ts';
import { type InfrastructureRequest, infrastructureWord, readInfrastructureBack } from './infrastructure.ts';
import { readTargets, type TargetsName } from './targets.ts';
import { quote, readWords, refusedWith, tooMuch, unknownOption, usage } from './words.ts';

export interface RollbackRequest extends TargetsName {
  /** Of one service. Absent: the last one that served everything well. */
  readonly revision?: string;
}

export type RollbackCommand =
  | { readonly kind: 'rollback'; readonly request: RollbackRequest }
  | { readonly kind: 'infrastructure'; readonly request: InfrastructureRequest }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Cloud Run's names of revisions. */
const revisionPattern = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Reads the text behind `/rollback`: services, an environment and perhaps a revision. Never throws. */
export function parseRollback(text: string, catalog: Catalog): RollbackCommand {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const example = exampleOf('rollback', catalog);
  if (read.kind === 'refused') return refusedWith(read.problem, example);
  const { names, options } = read.value;
  const [option] = options;
  if (option !== undefined) return refusedWith(unknownOption(option), example);
  if (names[0] === infrastructureWord) {
    const back = readInfrastructureBack({ names: names.slice(1) }, catalog);
    return back.kind === 'read'
      ? { kind: 'infrastructure', request: back.value }
      : refusedWith(back.problem, exampleOf('infrastructure-back', catalog));
  }
  const targets = readTargets({ names }, { command: '/rollback', needs: 'A rollback' }, catalog);
  if (targets.kind === 'refused') return refusedWith(targets.problem, example);
  const [revision, extra] = targets.rest;
  if (extra !== undefined) return refusedWith(tooMuch(extra), example);
  const request = targets.value;
  if (revision === undefined) return { kind: 'rollback', request };
  if (request.services.length > 1)
    return refusedWith(usage('A revision belongs to one service; name that service alone.'), example);
  return revisionPattern.test(revision)
    ? { kind: 'rollback', request: { ...request, revision } }
    : refusedWith(usage(`${quote(revision)} is no name of a revision.`), example);
}
