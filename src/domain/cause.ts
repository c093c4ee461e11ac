/** The line of a log that names the cause, and where it was thrown. */
export interface Cause {
  /** e.g. `NameError: name 'DatabaseSessionManager' is not defined` */
  readonly error: string;
  /** The innermost frame in the team's own code, e.g. `/app/app/agents/supervisor.py:14`. */
  readonly at?: string;
}

/** `NameError: …`, `Error: …`, `django.core.exceptions.ImproperlyConfigured: …`, `TypeError [ERR_X]: …` */
const exceptionLine =
  /^\s*((?:[\w$]+\.)*(?:(?:exceptions|errors)\.[A-Z][\w$]*|(?:[A-Z][\w$]*)?(?:Error|Exception|Exit|Interrupt|Fault))(?: \[\w+\])?: .+)$/;
const pythonFrame = /^\s*File "([^"]+)", line (\d+)/;
/** The path stands at the start or after ` (`: anywhere else it is part of `node:internal/…`, and slow to look for. */
const nodeFrame = /^\s*at (?:async )?(?:[^(]* \()?((?:file:\/\/)?\/[^()]*):(\d+):\d+\)?$/;
/** Frames of the language and of libraries explain less than the team's own. */
const foreign = /site-packages|dist-packages|node_modules|\/lib\/python|<frozen|node:internal/;

/**
 * Finds the cause in log entries, oldest first; an entry may hold several lines.
 * Python prints the error after its frames and Node before them, so both sides are searched.
 */
export function causeOf(entries: readonly string[]): Cause | undefined {
  const lines = entries.flatMap((entry) => entry.split('\n'));
  const index = lines.findLastIndex((line) => exceptionLine.test(line));
  const error = exceptionLine.exec(lines[index] ?? '')?.[1]?.trim();
  if (error === undefined) return undefined;
  const before = lines.slice(0, index).reverse().map(frameOf(pythonFrame)).find(isOwn);
  const after = lines
    .slice(index + 1)
    .map(frameOf(nodeFrame))
    .find(isOwn);
  const at = before ?? after;
  return at === undefined ? { error } : { error, at };
}

function frameOf(pattern: RegExp): (line: string) => string | undefined {
  return (line) => {
    const match = pattern.exec(line);
    return match === null ? undefined : `${match[1] ?? ''}:${match[2] ?? ''}`;
  };
}

function isOwn(frame: string | undefined): frame is string {
  return frame !== undefined && !foreign.test(frame);
}
