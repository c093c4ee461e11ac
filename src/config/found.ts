import type { Path } from './types.ts';

const LONGEST_SHOWN = 60;

/** Longer texts are not looked at: the last shape below costs the square of the length. */
const LONGEST_JUDGED = 1_000;

// Slack, GitHub, GitLab, Google and PEM secrets by their published prefixes; a URL with a password in it;
// and any long run that mixes digits with both cases, as generated keys do and names do not.
const SECRET_SHAPES = [
  /xox[a-z]?[.-]|xapp-/i,
  /gh[pousr]_|github_pat_|glpat-/i,
  /AIza|ya29\.|GOCSPX-/,
  /-----BEGIN/,
  /:\/\/[^/\s]*@/,
  /(?=[\w+/=-]*\d)(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])[\w+/=-]{32}/,
];

/** Whether a text must not be repeated in an error, because people paste tokens into the wrong field. */
function looksSecret(text: string): boolean {
  return text.length > LONGEST_JUDGED || SECRET_SHAPES.some((shape) => shape.test(text));
}

/** Text from outside, made safe for a terminal: quoted, escaped, cut at 60 characters, hidden if it looks secret. */
export function quote(text: string): string {
  if (text.length > LONGEST_JUDGED) return `a text of ${text.length} characters`;
  if (looksSecret(text)) return 'a value that looks like a secret (not shown)';
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return JSON.stringify(visible(shown)).replaceAll('\\\\u', '\\u');
}

/** Control and bidirectional characters as `\uXXXX`: they can rewrite what a terminal shows. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** What stands in the file, in words that fit after "found". */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  switch (typeof value) {
    case 'string':
      if (value.includes('${env:')) return `${quote(value)} (the variable's value is not shown)`;
      return value === '' ? 'an empty text' : quote(value);
    case 'number':
    case 'bigint':
      return `the number ${value.toString()}`;
    case 'boolean':
      return String(value);
    default:
      return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  }
}

/** `environments.production.approval.by[0]`; keys that are no plain words are quoted. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (looksSecret(part)) text += `${text === '' ? '' : '.'}(hidden)`;
    else if (/^[\w-]{1,60}$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${quote(part)}]`;
  }
  return text;
}
