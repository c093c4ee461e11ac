type Fields = Readonly<Record<string, unknown>>;

/** Where loggers put what they tell: structlog, python-json-logger, pino, winston, zap, slog, logstash, Spring Boot. */
const messages = ['message', 'msg', 'event', 'log', 'textPayload'];
const stacks = ['stack_trace', 'stacktrace', 'stack', 'exception', 'exc_info', 'traceback', 'exc_text'];
const errors = ['err', 'error', 'exception', 'cause'];
const levels = ['severity', 'level', 'levelname', 'log.level'];
/** pino and bunyan count: https://getpino.io/#/docs/api?id=logger-level */
const pinoFatal = 60;

/**
 * A structured log entry as the lines that it would be as text: its message, and the traceback wherever the logger put
 * it. What ended a program by its own word (`CRITICAL`, `FATAL`) says so in front.
 */
export function textOfRecord(record: Fields): string {
  const told = messages.map((name) => record[name]).find((value) => typeof value === 'string') ?? '';
  const nested = errors.map((name) => record[name]).find(isFields);
  const error = errors.map((name) => record[name]).find((value) => typeof value === 'string') ?? '';
  const inner = nested === undefined ? '' : errorText(nested);
  const stack = stacks.map((name) => record[name]).find((value) => typeof value === 'string') ?? inner;
  const head = `${isFatal(record) ? 'FATAL: ' : ''}${told}`;
  const whole = error !== '' && !error.includes('\n') && !told.includes(error) ? `${head}: ${error}` : head;
  return [whole, ...(stack === '' || told.includes(stack) ? [] : [stack])].filter(Boolean).join('\n');
}

/** A line of a log that is one JSON object; undefined when it is not, or says nothing. */
export function textOfJson(line: string): string | undefined {
  if (!/^\s*\{.*\}\s*$/.test(line)) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? textOfRecord(value) || undefined : undefined;
  } catch {
    return undefined;
  }
}

function errorText(error: Fields): string {
  const { stack, message, type, name } = error;
  if (typeof stack === 'string') return stack;
  const kind = [type, name].find((value) => typeof value === 'string') ?? 'Error';
  return typeof message === 'string' ? `${kind}: ${message}` : '';
}

function isFatal(record: Fields): boolean {
  const level = levels.map((name) => record[name]).find((value) => value !== undefined);
  if (typeof level === 'number') return level >= pinoFatal;
  return typeof level === 'string' && /^(?:fatal|critical|d?panic|alert|emergency)$/i.test(level);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
