import { belongsBelow, frameAfter, frameBefore } from './frames.ts';

/** An error that a program threw, and told with a traceback or without. */
export interface Thrown {
  readonly error: string;
  /** The frame of the team's own code that is nearest to it. */
  readonly at?: string;
  /** Its line. */
  readonly index: number;
  /** The lines that tell it; `to` is the first that does not. */
  readonly from: number;
  readonly to: number;
}

/** `NameError: …`, `Error: …`, `django.core.exceptions.ImproperlyConfigured: …`, `TypeError [ERR_X]: …` */
const exceptionLine =
  /^\s*((?:[\w$]+\.)*(?:(?:exceptions|errors)\.[A-Z][\w$]*|(?:[A-Z][\w$]*)?(?:Error|Exception|Exit|Interrupt|Fault))(?: \[\w+\])?: .+)$/;
/** What stands before an error that is the cause of the one above, in Node and in Java. */
const nested = /^\s*(?:\[cause\]|Caused by): (.+)$/;
const uncaught = /^\s*(?:Exception in thread "[^"]{0,200}"|Uncaught|Unhandled exception\.) (.+)$/;
/** Also of one request: `2020/08/22 23:57:15 http: panic serving 169.254.8.129:17611: runtime error: …` */
const goPanic = /^(?:[\d/]{10} [\d:]{8} http: panic serving \S+: .+|panic: .+|fatal error: .+)$/;
const header = /^\s*(?:[+|] )*(?:Exception Group )?Traceback \(most recent call last\):\s*$/;
/** How Python ends a traceback whose class has any name: `acme.NoSuchAgent: x`, `TimeoutError`. */
const ending = /^([A-Za-z_][\w.]*)(?:: .*)?$/;
const level = /^(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)$/;
const bare = /\.|(?:Error|Exception|Exit|Interrupt|Group|Timeout|Iteration)$/;

/** A traceback longer than this is cut where people do not read on anyway. */
const longestBlock = 400;

/** All errors in the lines, in their order. */
export function thrownIn(lines: readonly string[]): readonly Thrown[] {
  const headers = lines.flatMap((line, index) => (header.test(line) ? [index] : []));
  const ends = endsOf(lines, headers);
  const errors = lines.flatMap((line, index) => {
    const error = ends.has(index) ? line.trim() : errorOf(line);
    return error === undefined ? [] : [{ index, error, inner: nested.test(line) || /^\s{2,}\S/.test(line) }];
  });
  const found: Thrown[] = [];
  let outer: string | undefined;
  for (const [place, { index, error, inner }] of errors.entries()) {
    const before = errors[place - 1]?.index ?? -1;
    const next = errors[place + 1]?.index ?? lines.length;
    const last = headers.findLast((each) => each < index) ?? -1;
    // More tracebacks were begun than ended: two programs write at once.
    const mixed = headers.filter((each) => each < index).length > place;
    const above = mixed ? last : Math.max(last, before);
    const below = blockBelow(lines, index, next);
    const at =
      lines
        .slice(above + 1, index)
        .map(frameBefore)
        .findLast(Boolean) ??
      lines
        .slice(index + 1, below)
        .map(frameAfter)
        .find(Boolean) ??
      (inner ? outer : undefined);
    outer = at;
    const from = last > before || mixed ? last : index;
    found.push({ error, ...(at === undefined ? {} : { at }), index, from, to: below });
  }
  return found;
}

/** Where Python's tracebacks end, by their form: other lines may stand between, and those of another program. */
function endsOf(lines: readonly string[], headers: readonly number[]): ReadonlySet<number> {
  const ends = new Set<number>();
  const begins = new Set(headers);
  let open = 0;
  let framedAt = -Infinity;
  for (const [index, line] of lines.entries()) {
    if (begins.has(index)) open += 1;
    if (open === 0) continue;
    if (/^\s+File "/.test(line)) framedAt = index;
    else if (index - framedAt < longestBlock && isEnding(line)) {
      ends.add(index);
      open -= 1;
    }
  }
  return ends;
}

function isEnding(line: string): boolean {
  const [, name] = ending.exec(line) ?? [];
  return name !== undefined && !level.test(name) && (line.includes(':') || bare.test(name));
}

function errorOf(line: string): string | undefined {
  if (goPanic.test(line))
    return line.replace(/^.* http: panic serving \S+: /, 'panic: ').replace(/ \[recovered.*\]$/, '');
  const inside = nested.exec(line)?.[1] ?? uncaught.exec(line)?.[1];
  const text = inside ?? line;
  // Of what is named as a cause any class counts, and so it does of an uncaught one.
  if (inside !== undefined && /^[\w$.]+(?: \[\w+\])?(?:: .+)?$/.test(text.replace(/ \{$/, '')))
    return text.replace(/ \{$/, '').trim();
  return exceptionLine.exec(text)?.[1]?.replace(/ \{$/, '').trim();
}

/** The first line after those that belong to the error; blank ones and Go's goroutines lie between. */
function blockBelow(lines: readonly string[], index: number, next: number): number {
  let end = index + 1;
  for (let line = index + 1; line < Math.min(next, index + longestBlock); line += 1)
    if (belongsBelow(lines[line] ?? '')) end = line + 1;
    else if ((lines[line] ?? '').trim() !== '' && line > end + 8) break;
  return end;
}
