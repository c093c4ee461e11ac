import { type Refusal, refusal } from '../reasons.ts';

/** Longest command read, in characters. Slack itself allows about 4,000; no sensible deploy needs 500. */
const longestText = 500;
/** A reason is read by people in a hurry. */
const longestReason = 200;

export interface Problem {
  readonly code: Refusal['code'];
  readonly summary: string;
}

export type Read<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** A command cut into what its parts look like. */
export interface Words {
  /** Words without a colon and texts in quotes, with these, in their order. */
  readonly names: readonly string[];
  /** `key:value` as typed. */
  readonly options: readonly string[];
}

/** Straight quotes, and those a phone or a Mac puts in their place. */
const quotes = '"“”„';
/** A text in quotes, perhaps as the value of an option, is one word; all else ends at white space. */
const wordPattern = new RegExp(`(?:[\\w-]+:)?[${quotes}][^${quotes}]*[${quotes}](?!\\S)|\\S+`, 'gu');

export function readWords(text: string): Read<Words> | { readonly kind: 'help' } {
  if (text.length > longestText)
    return refuse(usage(`The command has ${text.length} characters; at most ${longestText} are read.`));
  if (hasControlCharacter(text)) return refuse(usage('The command contains control characters.'));
  const words = text.match(wordPattern) ?? [];
  if (words.length === 0 || words[0] === 'help') return { kind: 'help' };
  const isOption = (word: string) => word.includes(':') && unquoted(word) === undefined;
  return {
    kind: 'read',
    value: { names: words.filter((word) => !isOption(word)), options: words.filter(isOption) },
  };
}

/** Texts in quotes apart from the other words, for a command in which one of them is a reason. */
export function apart(names: readonly string[]): {
  readonly plain: readonly string[];
  readonly quoted: readonly string[];
} {
  return {
    plain: names.filter((name) => unquoted(name) === undefined),
    quoted: names.filter((name) => unquoted(name) !== undefined),
  };
}

/** The text between quotes on one line; undefined when these do not stand around it. */
function unquoted(word: string): string | undefined {
  const isQuote = (character: string | undefined) => character !== undefined && quotes.includes(character);
  if (word.length < 2 || !isQuote(word.at(0)) || !isQuote(word.at(-1))) return undefined;
  return word.slice(1, -1).replace(/\s+/gu, ' ').trim();
}

/** A reason is a text in quotes that says something. */
export function readReason(word: string | undefined, what: string): Read<string> {
  const reason = word === undefined ? undefined : unquoted(word);
  if (reason === undefined) return refuse(usage(`${what} needs a reason in quotes.`));
  if (!/[\p{L}\p{N}]/u.test(reason)) return refuse(usage(`${what} needs a reason that says something.`));
  return reason.length > longestReason
    ? refuse(usage(`A reason has at most ${longestReason} characters; this one has ${reason.length}.`))
    : { kind: 'read', value: reason };
}

export function refuse(problem: Problem): { readonly kind: 'refused'; readonly problem: Problem } {
  return { kind: 'refused', problem };
}

export function refusedWith(problem: Problem, example: string) {
  return { kind: 'refused', refusal: refusal(problem.code, problem.summary, example) } as const;
}

export function usage(summary: string): Problem {
  return { code: 'USAGE', summary };
}

export function tooMuch(word: string): Problem {
  return usage(`I do not know what to do with ${quote(word)}.`);
}

export function unknownOption(option: string): Problem {
  return { code: 'UNKNOWN_OPTION', summary: `There is no option ${quote(option)}.` };
}

/** C0 and C1 controls apart from the white space that separates words. */
function hasControlCharacter(text: string): boolean {
  return /[^\P{Cc}\t\n\r]/u.test(text);
}

export function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export function quote(text: string): string {
  return `“${clip(text)}”`;
}
