import { endedBy, type KnownCause, knownCause } from './cause/known.ts';
import { textOfJson } from './cause/record.ts';
import { type Thrown, thrownIn } from './cause/thrown.ts';

/** The line of a log that names the cause, and where it was thrown. */
export interface Cause {
  /** e.g. `NameError: name 'DatabaseSessionManager' is not defined` */
  readonly error: string;
  /** The innermost frame in the team's own code, e.g. `/app/app/agents/supervisor.py:14`. */
  readonly at?: string;
  /** What it means, where that is known. */
  readonly known?: KnownCause;
}

/** A cause with the lines that tell it. */
export interface Explanation {
  readonly cause?: Cause;
  /** Oldest first, at most 20; without a cause the last there are. */
  readonly lines: readonly string[];
}

/** How many lines of a log explain something to a person in a chat. */
export const tailLines = 20;
/** An error below which its frames stand: so many of them say where it was. */
const framesBelow = 8;
const longestError = 300;

/** Errors that only say that another one ended the program: gunicorn's master, a cancelled task, an exit. */
const consequence =
  /^(?:gunicorn\.errors\.HaltServer|SystemExit|KeyboardInterrupt|(?:asyncio\.)?(?:exceptions\.)?CancelledError|concurrent\.futures\.process\.BrokenProcessPool|click\.exceptions\.Exit)\b/;
const fatal =
  /^\W*(?:FATAL|CRITICAL|EMERGENCY)\b[\]:-]+\s*(.+)$|\blevel=(?:fatal|panic|critical)\b.*?\bmsg="?([^"]+)/;

/**
 * Finds the cause in log entries, oldest first; an entry may hold several lines, or be a JSON object. Of several errors
 * the last counts, and of an error with a cause of its own the innermost.
 */
export function causeOf(entries: readonly string[]): Cause | undefined {
  return explain(entries).cause;
}

/**
 * The same with the lines to show.
 * @param condition what the platform itself says of it, where that is known: it counts when the log names nothing
 */
export function explain(entries: readonly string[], condition = ''): Explanation {
  const lines = entries.flatMap((entry) => (textOfJson(entry) ?? entry).split('\n')).map(plain);
  const thrown = thrownIn(lines);
  const last = thrown.findLast(({ error }) => !consequence.test(error));
  const ended = lines.findLastIndex(endedBy);
  if (ended > (last?.to ?? -1)) return aloneAt(lines, ended);
  if (last !== undefined) return thrownAt(lines, last);
  const named = lines.findLastIndex((line) => knownCause(line) !== undefined);
  const [exit] = thrown.slice(-1);
  const word = lines.findLastIndex((line) => fatal.test(line));
  const known = knownCause(condition);
  if (named >= 0 && !(word >= 0 && isVague(lines[named]))) return aloneAt(lines, named);
  if (exit !== undefined) return thrownAt(lines, exit);
  if (word >= 0) return aloneAt(lines, word);
  const tail = lines.filter((line) => line.trim() !== '').slice(-tailLines);
  return known === undefined
    ? { lines: tail }
    : { cause: { error: cut(condition.replace(/\s+/g, ' ')), known }, lines: tail };
}

/** That nothing listened follows from whatever the program said last. */
function isVague(line = ''): boolean {
  return knownCause(line)?.name === 'port not listened on';
}

function thrownAt(lines: readonly string[], { error, at, index, from, to }: Thrown): Explanation {
  const said = [error, ...continuation(error, lines.slice(index + 1))].join(' ');
  const known = knownCause(said);
  const shown =
    from < index ? lines.slice(from, to).slice(-tailLines) : lines.slice(index, index + 1 + framesBelow);
  return {
    cause: {
      error: cut(said),
      ...(at === undefined ? {} : { at }),
      ...(known === undefined ? {} : { known }),
    },
    lines: shown.filter((line) => line.trim() !== ''),
  };
}

/** Pydantic says in the next two lines which setting it is: `1 validation error for Settings` alone says nothing. */
function continuation(error: string, below: readonly string[]): readonly string[] {
  if (!/\d+ validation errors? for \S+$/.test(error)) return [];
  return below.slice(0, 2).map((line) => line.trim().replace(/ \[type=.*$/, ''));
}

/** A line that says it without a traceback. */
function aloneAt(lines: readonly string[], index: number): Explanation {
  const line = (lines[index] ?? '').trim();
  const [, word, message] = fatal.exec(line) ?? [];
  const known = knownCause(line);
  return {
    cause: { error: cut(word ?? message ?? line), ...(known === undefined ? {} : { known }) },
    lines: lines.slice(Math.max(0, index - tailLines + 1), index + 1).filter((each) => each.trim() !== ''),
  };
}

/** Without the bars of exception groups, and the names that docker compose puts in front. */
function plain(line: string): string {
  return line.replace(/^(?:[\w.-]{1,60} +\| |\s*(?:\| )+)/, '');
}

function cut(text: string): string {
  return text.length > longestError ? `${text.slice(0, longestError - 1)}…` : text;
}
