import type { Catalog, TargetName } from './catalog.ts';
import { readOptions } from './deploy.ts';
import { readTarget } from './targets.ts';
import { quote, type Read, refuse, tooMuch, usage, type Words } from './words.ts';

export interface HistoryRequest extends TargetName {
  /** A revision or a part of its name; only what is older is shown. Absent: all. */
  readonly before?: string;
}

/** What Cloud Run allows in the name of a revision: https://cloud.google.com/run/docs/managing/revisions */
const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** `<service> <environment> [before:<revision>]` */
export function readHistory(words: Words, catalog: Catalog): Read<HistoryRequest> {
  const target = readTarget(words, { command: '/deploy history', needs: 'A history' }, catalog);
  if (target.kind === 'refused') return target;
  const [extra] = target.rest;
  if (extra !== undefined) return refuse(tooMuch(extra));
  const options = readOptions(words.options, ['before']);
  if (options.kind === 'refused') return options;
  const { before } = options.value;
  if (before === undefined) return target;
  return namePattern.test(before)
    ? { kind: 'read', value: { ...target.value, before } }
    : refuse(usage(`${quote(before)} is no revision such as backend-00136-xyz.`));
}
