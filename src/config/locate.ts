import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Path } from './types.ts';

/** Where a path is in the text; for a key that is missing, where the mapping is that should hold it. */
export interface Place {
  readonly found: boolean;
  /** Offset of the key (of the item, in a list). */
  readonly key: number;
  /** Offset of the value. */
  readonly value: number;
  readonly node: Node | undefined;
}

/** Follows aliases and merge keys, so a fault in shared text is shown where the shared text is. */
export function locate(document: Document, path: Path): Place {
  let place: Place = whole(document);
  for (const part of path) {
    const next = step(document, place.node, part);
    if (next === undefined) return { ...place, found: false };
    place = next;
  }
  return place;
}

function whole(document: Document): Place {
  const node = document.contents ?? undefined;
  const start = node?.range?.[0] ?? 0;
  return { found: true, key: start, value: start, node };
}

function step(document: Document, node: Node | undefined, part: string | number): Place | undefined {
  const parent = isAlias(node) ? node.resolve(document) : node;
  if (isSeq<Node>(parent) && typeof part === 'number') {
    const item = parent.items[part];
    const start = item?.range?.[0];
    return start === undefined ? undefined : { found: true, key: start, value: start, node: item };
  }
  return isMap<Node, Node | null>(parent) ? entry(document, parent, part) : undefined;
}

function entry(
  document: Document,
  map: YAMLMap<Node, Node | null>,
  part: string | number,
): Place | undefined {
  const pair = pairsOf(map).get(String(part));
  const start = pair?.key.range?.[0];
  if (pair !== undefined && start !== undefined) {
    const node = pair.value ?? undefined;
    return { found: true, key: start, value: node?.range?.[0] ?? start, node };
  }
  return merged(document, map.items, part);
}

type Pairs = ReadonlyMap<string | undefined, Pair<Node, Node | null>>;

/** A file may have one problem for each key: without this, looking them all up would be quadratic. */
const indexed = new WeakMap<YAMLMap, Pairs>();

function pairsOf(map: YAMLMap<Node, Node | null>): Pairs {
  const known = indexed.get(map);
  if (known !== undefined) return known;
  const pairs = new Map(
    map.items.filter(({ key }) => !isMergeKey(key)).map((pair) => [keyText(pair.key), pair]),
  );
  indexed.set(map, pairs);
  return pairs;
}

function merged(
  document: Document,
  items: readonly Pair<Node, Node | null>[],
  part: string | number,
): Place | undefined {
  for (const { key, value } of items) {
    if (!isMergeKey(key)) continue;
    const target = isAlias(value) ? value.resolve(document) : value;
    const sources = isSeq<Node>(target) ? target.items : [target ?? undefined];
    for (const source of sources) {
      const place = step(document, source, part);
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

/** The key as the configuration sees it; undefined for a list, a mapping or an alias as a key. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  const { value } = key;
  if (typeof value === 'symbol') return '<<';
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** `<<` written plainly; yaml gives its value as a symbol or a string depending on the schema. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === '<<' && key.type === 'PLAIN';
}
