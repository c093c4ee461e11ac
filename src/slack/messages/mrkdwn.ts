import prettyMs from 'pretty-ms';

/**
 * Makes text from outside harmless in Slack's mrkdwn: Slack reads only `&`, `<` and `>` as control
 * characters, so this disarms mentions, links and `<!channel>`; other control characters are dropped.
 */
export function escape(text: string): string {
  return text
    .replace(/[^\P{Cc}\n]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Inline code; a backtick inside would end it. */
export function code(text: string): string {
  return `\`${escape(text).replaceAll('`', "'").replaceAll('\n', ' ')}\``;
}

/** A preformatted block of the last lines that fit. */
export function pre(lines: readonly string[], most = 2_500): string {
  const escaped = lines.map((line) => escape(clip(line, 300)).replaceAll('```', "'''"));
  while (escaped.length > 1 && escaped.join('\n').length > most) escaped.shift();
  return `\`\`\`\n${escaped.join('\n')}\n\`\`\``;
}

export function link(url: string): string {
  // A `>` or `|` would end the link early.
  return /^https?:\/\/[^\s<>|]+$/.test(url) ? `<${url}>` : escape(url);
}

export function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** `840 ms`, `12 s`, `1 m 20 s`: never more precise than it is useful. */
export function duration(ms: number): string {
  const text = ms < 1000 ? `${Math.round(ms)}ms` : prettyMs(ms, { secondsDecimalDigits: 0, unitCount: 2 });
  return text.replace(/(\d)([a-z])/g, '$1 $2');
}

/** The first twelve digits, as Docker shows them. */
export function shortDigest(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}
