/** Longest text that is looked at: what comes after it tells no other cause. */
const most = 1_000;

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const DATE = /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?/g;
const CLOCK = /\b\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?\b/g;
/** Of an address the way is kept: what was asked for is often the cause. */
const URL_HOST = /\b((?:https?|wss?|redis|postgres(?:ql)?):\/\/)[^\s/'"<>()]+/gi;
const HOST_PORT = /\b(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9-]+(?:\.[a-z0-9-]+)+):\d{2,5}\b/gi;
const IP = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const POINTER = /\b0x[0-9a-f]+\b/gi;
/** Ids mix digits and letters, and words do not. */
const ID = /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]*(?:[0-9a-f]{8,}|\d{5,})[\w-]*\b/gi;
/** A status says what is wrong; any other number differs from run to run. */
const STATUS =
  /\b(?:HTTP(?:\/\d(?:\.\d)?)?|status(?:[ _]?code)?|code|errno|close|rejected)\b[^0-9\n]{0,12}\d{3,4}\b/gi;
const NUMBER = /(?<![\w.])-?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?(?:\s?(?:ms|s|m|h|[kmg]i?b)\b|\s?%)?/gi;
/** Type and module of an error as Python, Java and Node write them before the message: the last part names it. */
const QUALIFIED = /^(?:[a-z_]\w*\.)+(?=[A-Z])/;

/**
 * What failures have in common: the message without what differs from run to run (numbers, ids, times, addresses), so
 * that those with one cause are the same text. An HTTP status stays.
 * @returns at most 200 characters, never empty
 */
export function causeOfFailure(message: string): string {
  const line =
    message
      .slice(0, most)
      .split('\n')
      .map((each) => each.trim())
      .find((each) => each !== '') ?? '';
  const kept: string[] = [];
  const keep = (text: string): string => {
    kept.push(text);
    // Characters that nobody has given a meaning stand for what is kept.
    return String.fromCodePoint(0xe000 + kept.length - 1);
  };
  const plain = line
    .replace(QUALIFIED, '')
    .replace(URL_HOST, '$1…')
    .replace(STATUS, keep)
    .replace(UUID, '…')
    .replace(DATE, '…')
    .replace(CLOCK, '…')
    .replace(HOST_PORT, '…')
    .replace(IP, '…')
    .replace(POINTER, '…')
    .replace(ID, '…')
    .replace(NUMBER, '…')
    .replace(/…(?:[\s,:;/-]*…)+/g, '…')
    .replace(/[\ue000-\uf8ff]/g, (sign) => kept[(sign.codePointAt(0) ?? 0) - 0xe000] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return plain === '' ? 'no message' : plain.slice(0, 200);
}
