import { type CST, Parser } from 'yaml';

/** Far above what the schema has: the steps of a journey stand eight levels deep. */
const mostLevels = 100;

/**
 * Whether collections stand in each other beyond what any configuration needs. Asked before the tree is built, because
 * the library's builder recurses once a level, and catching its overflow is not enough: where V8 has to compile a
 * regular expression with the stack almost full, it ends the process ("RegExpCompiler Allocation failed",
 * `ToNodeCheckForStackOverflow` in V8's regexp-compiler.cc). The library's parser does not recurse.
 */
export function isTooDeep(text: string): boolean {
  for (const document of new Parser().parse(text)) if (levelsBelow(document) > mostLevels) return true;
  return false;
}

/** Counted without recursion, for the same reason. */
function levelsBelow(root: CST.Token): number {
  let deepest = 0;
  const left: { readonly token: CST.Token; readonly level: number }[] = [{ token: root, level: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { token, level } = next;
    deepest = Math.max(deepest, level);
    for (const child of childrenOf(token)) left.push({ token: child, level: level + 1 });
  }
  return deepest;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => child != null));
}
