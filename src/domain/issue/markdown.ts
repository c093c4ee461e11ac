/**
 * Text from outside, harmless in a comment on GitHub: nobody is mentioned, no other issue referred to, nothing
 * embedded. What GitHub makes links of by itself (`@name`, `#1`, `org/repo#1`, addresses) it looks for in the text that
 * is shown, so a backslash does not stop it: an invisible joiner (U+2060) does.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
export function md(text: string, most = 500): string {
  return clipped(oneLine(text), most)
    .replace(/[\\`*_{}[\]<>()#+!|~&$-]/g, '\\$&')
    .replace(/@|#|:(?=\/\/)|www(?=\.)|\bGH(?=\\-)/gi, '$&\u2060');
}

/** As code: shown as it is, and looked at by nobody. */
export function mdCode(text: string, most = 300): string {
  const shown = clipped(oneLine(text), most).replaceAll('`', "'").trim();
  return shown === '' ? '' : `\`${shown}\``;
}

/** A link of ours; an address that could end it early is shown as code. */
export function mdLink(url: string, label: string): string {
  return /^https?:\/\/[^\s<>()[\]\\`"]{1,500}$/.test(url) ? `[${md(label)}](${url})` : mdCode(url);
}

/** Of one list: all that is left out is in Slack. */
const mostLines = 40;

/** A list of lines that are Markdown already, with what stands before it; nothing where there are none. */
export function mdList(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const left = lines.length - mostLines;
  const shown = lines.slice(0, mostLines).map((line) => `- ${line}`);
  return ['', ...shown, ...(left > 0 ? [`- … and ${left} more`] : [])];
}

export const mdBox = (ticked: boolean): string => (ticked ? '[x]' : '[ ]');

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
