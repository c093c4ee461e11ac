import { monitorName } from '../../domain/alert/taken-back.ts';
import prettyMs from 'pretty-ms';

/**
 * Makes text from outside harmless in Slack's mrkdwn: Slack reads only `&`, `<` and `>` as control
 * characters, so this disarms mentions, links and `<!channel>`. Other control characters are dropped, so
 * are halves of characters, and marks that show text in another order than it has.
 */
export function escape(text: string): string {
  return clean(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The same without the escapes, for what Slack does not read as mrkdwn: cells and rich text. */
export function clean(text: string): string {
  return text.replaceAll('\t', ' ').replace(/[^\P{Cc}\n]|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/gu, '');
}

/** Escaped, on one line and without an end of a block of code, in at most this many characters; escaping makes `&` five times as long. */
export function brief(text: string, most = 300): string {
  const escaped = escape(clip(text, most)).replaceAll('\n', ' ').replaceAll('```', "'''");
  // What is cut in the middle of `&amp;` would read as something else.
  return escaped.length > most ? `${clip(escaped, most - 1).replace(/&?[a-z]*…$/, '')}…` : escaped;
}

/** Inline code; a backtick inside would end it. */
export function code(text: string, most = 300): string {
  return `\`${brief(text, most).replaceAll('`', "'")}\``;
}

/** A preformatted block of the last lines that fit. */
export function pre(lines: readonly string[], most = 2_500): string {
  const escaped = lines.map((line) => brief(line));
  while (escaped.length > 1 && escaped.join('\n').length > most) escaped.shift();
  return `\`\`\`\n${escaped.join('\n')}\n\`\`\``;
}

/** An address, behind a label of ours where one is given. */
export function link(url: string, label?: string): string {
  // A `>` or `|` would end the link early.
  if (!/^https?:\/\/[^\s<>|]{1,500}$/.test(url)) return brief(url);
  return label === undefined ? `<${url}>` : `<${url}|${label}>`;
}

export function clip(text: string, most: number): string {
  // Half of a character is none.
  return text.length > most ? `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** `840 ms`, `12 s`, `1 m 20 s`: never more precise than it is useful. */
export function duration(ms: number): string {
  const text = ms < 1000 ? `${Math.round(ms)}ms` : prettyMs(ms, { secondsDecimalDigits: 0, unitCount: 2 });
  return text.replace(/(\d)([a-z])/g, '$1 $2');
}

/** How long ago, in one unit: `3 d`, `20 m`, `1 s` for all that is less. */
export function age(ms: number): string {
  const whole = Math.max(1, Math.floor(ms / 1_000)) * 1_000;
  return prettyMs(whole, { unitCount: 1 }).replace(/(\d)([a-z])/g, '$1 $2');
}

/** The first twelve digits, as Docker shows them. */
export function shortDigest(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}

/** Rings where it is seen by more than one person: only for those who must act. */
export function mention(id: string): string {
  if (id.startsWith('S')) return `<!subteam^${id}>`;
  // What nobody asked for was asked for by the monitor, who has no name in Slack.
  return id === monitorName ? escape(id) : `<@${id}>`;
}

/** A time of today to the second, shown by Slack in the reader's own time zone. */
export function clockText(at: number): string {
  const seconds = Math.floor(at / 1000);
  return `<!date^${seconds}^{time_secs}|${new Date(at).toISOString().slice(11, 19)} UTC>`;
}

/** Shown by Slack in the reader's own time zone. */
export function dateText(at: number): string {
  const utc = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time}|${utc}>`;
}
