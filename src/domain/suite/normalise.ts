/** What stands for a part that differs from run to run. */
const varying = '…';

/**
 * Statuses that servers really answer (https://www.iana.org/assignments/http-status-codes): two failures that differ in
 * one of them have two causes, while `user 301 not found` and `user 307 not found` in a list of users would be rare.
 */
const statuses = new Set(
  (
    '101 200 201 202 204 206 301 302 303 304 307 308 400 401 402 403 404 405 406 408 409 410 411 412 413 414 415 ' +
    '416 417 421 422 423 424 425 426 428 429 431 451 500 501 502 503 504 505 507 508 511'
  ).split(' '),
);
/** `[Errno 111]`, `exit code 137`, `closed with 1006`: the number is the name of the fault. */
const namesFault = /(?:errno|code|exit(?:ed)?(?: with)?|signal|clos(?:e|ed|ure)(?: with)?)[ :=(#]*$/i;
const unit = /^ ?(?:ms|s|sec|seconds?|milliseconds?|min|minutes?|h|hours?|bytes?|[kKMG]i?B|%)(?!\w)/;
/** Linux hands out ports from here on to who does not ask for one (ip-sysctl.rst, ip_local_port_range). */
const ephemeral = 32_768;

/** In this order: what is more particular goes before the digits that it is made of. */
const rules: readonly (readonly [RegExp, string])[] = [
  // Each revision has an address of its own; the way below it is what was asked for.
  [/\b((?:https?|wss?):\/\/)[^\s/'"<>()]+/gi, `$1${varying}`],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, varying],
  [/\b\d\d?:\d\d:\d\d(?:[.,]\d+)?\b/g, varying],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, varying],
  [/\b0x[0-9a-f]+\b/gi, varying],
  [/\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}\b/g, varying],
];
const networkAddress = /(?:\b(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:]{2,39}\]|\blocalhost)(?::(\d{1,5}))?/gi;
/** Long, with digits and letters: a hash or a token, not a word. */
const longWord = /(?<![\w/.])(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{20,}/gi;
const hexWord = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b/gi;
const number = /(?<![\w.])\d+(?:[.,]\d+)*(?=(?:ms|s|m|h|[kMG]?i?B)?\b)/gi;
/** `redis:6379`, `supervisor.py:14`, `(supervisor.py, line 14)`: a port or a line is where it failed. */
const namesPlace = /(?:[a-z\]…]:|\bline )$/i;

/**
 * A message without what differs from run to run: times, ids, hashes, addresses, counts and durations become `…`.
 * What names a fault stays: HTTP statuses, error numbers, exit codes, lines of code, and the ports that a team chose.
 */
export function normalised(message: string): string {
  const plain = rules.reduce((text, [pattern, to]) => text.replace(pattern, to), message);
  return plain
    .replace(networkAddress, (_, port?: string) => (port === undefined ? varying : `${varying}:${port}`))
    .replace(longWord, (word) => (/\d.*\d/.test(word) ? varying : word))
    .replace(hexWord, varying)
    .replace(number, (digits, at: number, all: string) =>
      isFault(digits, all.slice(Math.max(0, at - 30), at), all.slice(at + digits.length)) ? digits : varying,
    );
}

function isFault(digits: string, before: string, after: string): boolean {
  if (namesPlace.test(before)) return Number(digits) < ephemeral;
  if (namesFault.test(before)) return true;
  return statuses.has(digits) && !unit.test(after);
}
