import type { Refusal } from './reasons.ts';
import { type Catalog, type Example, exampleOf } from './request/catalog.ts';
import { type DeployRequest, readDeploy, readTargetsAndRef } from './request/deploy.ts';
import { type HistoryRequest, readHistory } from './request/history.ts';
import { type InfrastructureRequest, readInfrastructure } from './request/infrastructure.ts';
import { type LiftRequest, readLift } from './request/lift.ts';
import { type LockRequest, readLock, readUnlock } from './request/lock.ts';
import { readStatus, type StatusRequest } from './request/status.ts';
import { everyService } from './request/targets.ts';
import { type Read, readWords, refusedWith, type Words } from './request/words.ts';

interface Requests {
  readonly deploy: DeployRequest;
  readonly 'can-i': DeployRequest;
  readonly infrastructure: InfrastructureRequest;
  readonly plan: DeployRequest;
  readonly history: HistoryRequest;
  readonly status: StatusRequest;
  readonly lock: LockRequest;
  readonly unlock: { readonly environment: string };
  readonly lift: LiftRequest;
}

/** What can be asked for behind `/deploy`. */
export type DeployCommand =
  | { [Kind in keyof Requests]: { readonly kind: Kind; readonly request: Requests[Kind] } }[keyof Requests]
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const words = ['can-i', 'plan', 'infrastructure', 'history', 'status', 'lock', 'unlock', 'lift'] as const;
type Word = (typeof words)[number];
/** No service may bear one of these names: the first word of a command would not say what is meant. */
export const commandWords: readonly string[] = [...words, 'help', everyService];

/** By the first word; without one of these it is a deploy. */
const commands: { readonly [Kind in Word]: (words: Words, catalog: Catalog) => DeployCommand } = {
  'can-i': command('can-i', (words, catalog) =>
    readTargetsAndRef(words, { command: '/deploy can-i', needs: 'can-i' }, catalog),
  ),
  plan: command('plan', (words, catalog) =>
    readTargetsAndRef(words, { command: '/deploy plan', needs: 'A plan' }, catalog),
  ),
  infrastructure: command('infrastructure', readInfrastructure),
  history: command('history', readHistory),
  status: command('status', readStatus),
  lock: command('lock', readLock),
  unlock: command('unlock', readUnlock),
  lift: command('lift', readLift),
};

/** Reads the text behind `/deploy`. Never throws; never starts anything. */
export function parseDeploy(text: string, catalog: Catalog): DeployCommand {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  if (read.kind === 'refused') return refusedWith(read.problem, exampleOf('deploy', catalog));
  const [first = '', ...names] = read.value.names;
  return isWord(first)
    ? commands[first]({ ...read.value, names }, catalog)
    : command('deploy', readDeploy)(read.value, catalog);
}

function isWord(word: string): word is Word {
  return Object.hasOwn(commands, word);
}

function command<Kind extends keyof Requests & Example>(
  kind: Kind,
  read: (words: Words, catalog: Catalog) => Read<Requests[Kind]>,
) {
  return (words: Words, catalog: Catalog) => {
    const parsed = read(words, catalog);
    return parsed.kind === 'refused'
      ? refusedWith(parsed.problem, exampleOf(kind, catalog))
      : { kind, request: parsed.value };
  };
}
