import { createHash } from 'node:crypto';

/** A text in at most `most` characters. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${beginning(text, most - 1)}…`;
}

/** A key in at most `most` characters; one that is cut ends with a hash of the whole, so that two keys stay two. */
export function cut(key: string, most: number): string {
  if (key.length <= most) return key;
  const end = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `${beginning(key, most - end.length)}${end}`;
}

/** Half of a character is none. */
function beginning(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
