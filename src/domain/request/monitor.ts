import { formatDuration, parseDuration } from '../duration.ts';
import type { Refusal } from '../reasons.ts';
import { type Catalog, exampleOf, unknownEnvironment } from './catalog.ts';
import {
  type Problem,
  quote,
  type Read,
  readWords,
  refuse,
  refusedWith,
  tooMuch,
  unknownOption,
  usage,
} from './words.ts';

const verbs = ['start', 'stop', 'status'] as const;

export interface MonitorRequest {
  readonly environment: string;
  readonly verb: (typeof verbs)[number];
  /** How long to watch, in milliseconds. Absent: until somebody stops it. */
  readonly forMs?: number;
}

export type MonitorCommand =
  | { readonly kind: 'monitor'; readonly request: MonitorRequest }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const shortestMs = 60_000;
const longestMs = 30 * 86_400_000;

/** Reads the text behind `/monitor`: an environment, what to do (default: status) and for how long. Never throws. */
export function parseMonitor(text: string, catalog: Catalog): MonitorCommand {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const example = exampleOf('monitor', catalog);
  if (read.kind === 'refused') return refusedWith(read.problem, example);
  const { names, options } = read.value;
  const [option] = options;
  if (option !== undefined) return refusedWith(unknownOption(option), example);
  const request = readMonitor(names, catalog);
  return request.kind === 'refused'
    ? refusedWith(request.problem, example)
    : { kind: 'monitor', request: request.value };
}

/** `<environment> [start|stop|status] [for <time>]`; a time alone means start. */
function readMonitor(names: readonly string[], catalog: Catalog): Read<MonitorRequest> {
  const [environment = '', ...rest] = names;
  const unknown = swapped(environment, rest[0], catalog) ?? unknownEnvironment(environment, catalog);
  if (unknown !== undefined) return refuse(unknown);
  const said = verbs.find((verb) => verb === rest[0]);
  const [word, time, extra] = said === undefined ? rest : rest.slice(1);
  if (word === undefined) return { kind: 'read', value: { environment, verb: said ?? 'status' } };
  if (word !== 'for') return refuse(said === undefined ? unknownVerb(word) : tooMuch(word));
  if (extra !== undefined) return refuse(tooMuch(extra));
  if (said === 'stop' || said === 'status')
    return refuse(usage(`Only start takes a time; I read ${quote(`${said} for`)}.`));
  const forMs = parseDuration(time ?? '');
  if (time === undefined || forMs === undefined)
    return refuse(usage(`${time === undefined ? 'Nothing' : quote(time)} is no time such as 10m or 2h.`));
  if (forMs < shortestMs || forMs > longestMs) {
    const range = `from ${formatDuration(shortestMs)} to ${formatDuration(longestMs)}`;
    return refuse(usage(`A monitor runs ${range}; I read ${quote(time)}.`));
  }
  return { kind: 'read', value: { environment, verb: 'start', forMs } };
}

function swapped(first: string, second: string | undefined, catalog: Catalog): Problem | undefined {
  if (!verbs.some((verb) => verb === first) || Object.hasOwn(catalog.environments, first)) return undefined;
  const environment = second ?? Object.keys(catalog.environments)[0] ?? 'staging';
  return usage(`The environment comes first: /monitor ${environment} ${first}.`);
}

function unknownVerb(word: string): Problem {
  return usage(`I do not know what to do with ${quote(word)}: it is ${verbs.join(', ')} or for.`);
}
