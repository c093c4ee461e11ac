import type { Refusal } from '../reasons.ts';
import { type Catalog, exampleOf } from './catalog.ts';
import { readOptions, readRef } from './deploy.ts';
import { type AboutIssue, readIssue } from './issue.ts';
import { readTargets, type TargetsName } from './targets.ts';
import { readPlaces, readSuites } from './validate.ts';
import {
  quote,
  type Read,
  readWords,
  refuse,
  refusedWith,
  tooMuch,
  unknownOption,
  usage,
  type Words,
} from './words.ts';

export interface StartRounds extends TargetsName, AboutIssue {
  readonly ref: string;
  /** Keys of the configuration; at least one. */
  readonly suites: readonly string[];
  readonly max: number;
  /** A new build of the service's trigger begins the next round. */
  readonly watch: boolean;
  /** Images are built by the Docker of the worker. */
  readonly build?: 'local';
}

export type RoundsCommand =
  | { readonly kind: 'start'; readonly request: StartRounds }
  | { readonly kind: 'status' | 'stop' | 'report'; readonly request: TargetsName }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const usualMax = 10;
const mostRounds = 50;
const told = { command: '/rounds start', needs: 'A start of rounds' };

/** Reads the text behind `/rounds`. Never throws; never starts anything. */
export function parseRounds(text: string, catalog: Catalog): RoundsCommand {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const example = exampleOf('rounds', catalog);
  if (read.kind === 'refused') return refusedWith(read.problem, example);
  const [verb = '', ...names] = read.value.names;
  const { options } = read.value;
  switch (verb) {
    case 'start': {
      const start = readStart({ names, options }, catalog);
      return start.kind === 'refused'
        ? refusedWith(start.problem, example)
        : { kind: 'start', request: start.value };
    }
    case 'status':
    case 'stop':
    case 'report': {
      const [option] = options;
      if (option !== undefined) return refusedWith(unknownOption(option), example);
      const place = readPlaces(names, catalog, { command: `/rounds ${verb}`, needs: verb });
      return place.kind === 'refused'
        ? refusedWith(place.problem, example)
        : { kind: verb, request: place.value };
    }
    default:
      return refusedWith(
        usage(`I do not know what to do with ${quote(verb)}: it is start, status, stop or report.`),
        example,
      );
  }
}

/** `<services> <environment> suites:<name>[,<name>…] [max:10] [ref:…] [issue:128] [build:local] [watch]` */
function readStart(words: Words, catalog: Catalog): Read<StartRounds> {
  const targets = readTargets(words, told, catalog);
  if (targets.kind === 'refused') return targets;
  const [watch, extra] = targets.rest;
  const strange = watch === 'watch' ? extra : watch;
  if (strange !== undefined) return refuse(tooMuch(strange));
  const options = readOptions(words.options, ['suites', 'max', 'ref', 'issue', 'build']);
  if (options.kind === 'refused') return options;
  const { suites: typed, max: most, build } = options.value;
  if (typed === undefined) return refuse(usage('Rounds need suites:, the tests that must pass.'));
  if (build !== undefined && build !== 'local')
    return refuse(usage(`build: is local or left out; I read ${quote(build)}.`));
  const suites = readSuites(typed, catalog);
  if (suites.kind === 'refused') return suites;
  const max = readMax(most);
  if (max.kind === 'refused') return max;
  const ref = readRef(options.value.ref, targets.value.environment, catalog);
  if (ref.kind === 'refused') return ref;
  const issue = readIssue(options.value.issue);
  if (issue.kind === 'refused') return issue;
  const value = {
    ...targets.value,
    ref: ref.value,
    suites: suites.value,
    max: max.value,
    watch: watch === 'watch',
    ...issue.value,
  };
  return { kind: 'read', value: build === undefined ? value : { ...value, build } };
}

function readMax(typed: string | undefined): Read<number> {
  if (typed === undefined) return { kind: 'read', value: usualMax };
  const max = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
  return max >= 1 && max <= mostRounds
    ? { kind: 'read', value: max }
    : refuse(usage(`max: is a number from 1 to ${mostRounds}; I read ${quote(typed)}.`));
}
