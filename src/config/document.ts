import {
  type Alias,
  type Document,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { isTooDeep } from './depth.ts';
import { pathText, quote } from './found.ts';
import { isMergeKey, keyText } from './locate.ts';
import type { Fault, Yaml } from './problem.ts';
import { explainSyntax, SYNTAX_EXAMPLE } from './syntax.ts';
import type { ConfigProblem, Path } from './types.ts';

export type Parsed =
  | { readonly ok: true; readonly yaml: Yaml }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Finding an alias's anchor walks the whole text, and each use may multiply what must be read. */
const MOST_ALIASES = 100;

/** Text to a tree whose values can be read without surprise: no syntax error, no loop, no bomb, no odd key. */
export function parseYaml(file: string, text: string): Parsed {
  const lineCounter = new LineCounter();
  const problem = (offset: number, { path, message, example }: Fault): ConfigProblem => {
    const { line, col } = lineCounter.linePos(offset);
    return {
      file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path: pathText(path),
      message,
      example,
    };
  };
  const refuse = (message: string): Parsed => ({
    ok: false,
    problems: [problem(0, { path: [], message, example: SYNTAX_EXAMPLE })],
  });
  if (isTooDeep(text)) return refuse('expected a few levels, found text nested too deeply to read');
  // Duplicates are found below: the library's own search compares each key with every other.
  const options = { lineCounter, prettyErrors: false, uniqueKeys: false, merge: true } as const;
  const document = parseDocument(text, { ...options, logLevel: 'error' });
  const yaml: Yaml = { document, problem };
  const syntax = explainSyntax([...document.errors, ...document.warnings], yaml);
  const problems = syntax.length > 0 ? syntax : structure(yaml);
  if (problems.length > 0) return { ok: false, problems };
  if (document.contents === null || isEmpty(document)) {
    return refuse('expected channel, services and environments, found an empty file');
  }
  return { ok: true, yaml };
}

/**
 * The tree as plain values. Undefined: aliases multiply beyond what the library lets through.
 */
export function plainValue(document: Document): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function isEmpty({ contents }: Document): boolean {
  return isScalar(contents) && contents.value === null;
}

function structure(yaml: Yaml): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  let aliases = 0;
  visit(yaml.document, {
    Map(key, map, ancestors) {
      problems.push(...oddKeys(yaml, map, pathOf([...ancestors, map], key)));
    },
    Alias(key, alias, ancestors) {
      aliases += 1;
      const message = aliasFault(yaml.document, { alias, ancestors, count: aliases });
      if (message === undefined) return undefined;
      const fault = { path: pathOf([...ancestors, alias], key), message, example: SYNTAX_EXAMPLE };
      problems.push(yaml.problem(alias.range?.[0] ?? 0, fault));
      return aliases > MOST_ALIASES ? visit.BREAK : undefined;
    },
  });
  return problems;
}

interface AliasUse {
  readonly alias: Alias;
  readonly ancestors: readonly unknown[];
  readonly count: number;
}

function aliasFault(document: Document, { alias, ancestors, count }: AliasUse): string | undefined {
  if (count > MOST_ALIASES) return `expected at most ${MOST_ALIASES} aliases, found more`;
  const target = alias.resolve(document);
  if (target === undefined) return `expected an anchor ${quote(alias.source)} further up, found none`;
  if (ancestors.includes(target))
    return `expected a value, found an alias to the mapping or list it is part of`;
  return undefined;
}

function oddKeys(yaml: Yaml, map: YAMLMap, path: Path): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const first = new Map<string, ConfigProblem>();
  for (const { key } of map.items as readonly { readonly key: Node }[]) {
    if (isMergeKey(key)) continue;
    const text = keyText(key);
    const at = (message: string, example: string) =>
      yaml.problem(key.range?.[0] ?? 0, {
        path: text === undefined ? path : [...path, text],
        message,
        example,
      });
    if (text === undefined)
      problems.push(at('expected a plain key, found an alias, a list or a mapping', 'key: value'));
    // Objects take this key as their prototype, and the schema would pass it over in silence.
    else if (text === '__proto__')
      problems.push(at('expected a name, found the reserved key __proto__', 'backend:'));
    else if (first.has(text)) {
      const line = first.get(text)?.line ?? 0;
      problems.push(
        at(
          `expected each key once, found ${quote(text)} again (first on line ${line})`,
          `${quote(text)} once`,
        ),
      );
    } else first.set(text, at('', ''));
  }
  return problems;
}

/** The path of a node from what the visitor knows of it: its ancestors and itself. */
export function pathOf(chain: readonly unknown[], key: number | 'key' | 'value' | null): Path {
  const path: (string | number)[] = [];
  chain.forEach((node, index) => {
    const next = chain[index + 1];
    if (isPair(node) && next !== undefined) path.push(keyText(node.key) ?? '?');
    if (isSeq(node) && next !== undefined) {
      path.push(index === chain.length - 2 && typeof key === 'number' ? key : node.items.indexOf(next));
    }
  });
  return path;
}
