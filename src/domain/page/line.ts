import { createHash } from 'node:crypto';
import type { Page, PageWayKind } from './page.ts';

/**
 * Names one page on one way, the same whenever it is asked for again. When it began is part of it: the next firing of
 * the same alert is another page.
 */
export function pageId({ dedupKey, action, team, at }: Page, way: PageWayKind): string {
  return hash('page', [dedupKey, action, team, way, at]);
}

/** Names what is delivered in order: all pages of one alert, to one team, on one way. */
export function pageLine({ dedupKey, team }: Page, way: PageWayKind): string {
  return hash('line', [dedupKey, team, way]);
}

/** BullMQ takes no id with a colon in it, and none that is a number. */
function hash(kind: string, parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${kind}-${digest.slice(0, 32)}`;
}
