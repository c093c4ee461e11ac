import type { Document } from 'yaml';
import type { ConfigProblem, Path } from './types.ts';

/** A fault at a path, before its place in the text is known. */
export interface Fault {
  readonly path: Path;
  readonly message: string;
  readonly example: string;
}

/** The tree with its positions, and the one way to make a problem at one of them. */
export interface Yaml {
  readonly document: Document;
  readonly problem: (offset: number, fault: Fault) => ConfigProblem;
}

/** A problem of an environment variable: it has a name, and no line. */
export function variableProblem(name: string, message: string, example: string): ConfigProblem {
  return { file: 'environment', line: undefined, column: undefined, path: name, message, example };
}

/** In the order of the file, then the variables. */
export function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const last = Number.MAX_SAFE_INTEGER;
  return [...problems].sort(
    (a, b) => (a.line ?? last) - (b.line ?? last) || (a.column ?? last) - (b.column ?? last),
  );
}
