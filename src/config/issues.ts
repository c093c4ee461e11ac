import { type Node, isAlias } from 'yaml';
import type { z } from 'zod';
import { describeFound, quote } from './found.ts';
import { helpAt } from './json-schema.ts';
import { locate } from './locate.ts';
import type { Yaml } from './problem.ts';
import { isHidden } from './secrets.ts';
import { suggest } from './suggest.ts';
import type { ConfigProblem, Path } from './types.ts';

/** A broken rule, before it has a place in the text. */
export interface Finding {
  readonly path: Path;
  /** Fits after "expected". */
  readonly expected: string;
  /** Fits after "found"; default: what stands in the file. */
  readonly found?: string;
  /** Whether the key is wrong, rather than its value. */
  readonly atKey?: boolean;
  readonly example?: string;
}

/** What is needed to say where a finding is and what was found there. */
export interface Evidence {
  readonly yaml: Yaml;
  /** The values as they are written, `${env:NAME}` included. */
  readonly raw: unknown;
  /** Nodes that have their problem already. */
  readonly failed: ReadonlySet<Node>;
}

// zod's names for what the file calls otherwise; everything else has its own words in the schema.
const CONTAINERS: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping of names',
  array: 'a list',
};

/** The validator's issues in the words of the schema, one finding for each place. */
export function fromIssues(issues: readonly z.core.$ZodIssue[], under: Path = []): readonly Finding[] {
  return issues.flatMap((issue) => {
    const own = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    const path = [...under, ...own];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
    const meant = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
    return meant === undefined ? [{ path, expected: expectedBy(issue) }] : fromIssues(meant, path);
  });
}

/** Of a short and a long form the one whose kind of value was written; undefined when it was neither. */
function meantBranch(branches: readonly (readonly z.core.$ZodIssue[])[]) {
  const possible = branches.filter(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return possible.length === 1 ? possible[0] : undefined;
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return CONTAINERS[issue.expected] ?? issue.message;
  if (issue.code === 'too_small' && issue.origin === 'array')
    return `at least ${String(issue.minimum)} entry`;
  if (issue.code === 'too_big' && issue.origin === 'array') return `at most ${String(issue.maximum)} entries`;
  return issue.message;
}

function unknownKey(path: Path, key: string): Finding {
  const { keys, example } = helpAt(path);
  const meant = suggest(key, keys);
  return {
    path: [...path, key],
    expected: `one of ${keys.join(', ')}`,
    found: `the unknown key ${quote(key)}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    atKey: true,
    example: meant === undefined ? example : helpAt([...path, meant]).example,
  };
}

/**
 * Findings with their line, column and evidence: one for each path and, since aliases give one text many paths, one
 * for each text; none for what failed before.
 */
export function toProblems(findings: readonly Finding[], evidence: Evidence): readonly ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>();
  const paths = new Set<string>();
  for (const finding of findings) {
    const id = JSON.stringify(finding.path);
    if (paths.has(id)) continue;
    paths.add(id);
    const problem = toProblem(finding, evidence);
    if (problem === undefined) continue;
    const place = JSON.stringify([problem.line, problem.column, finding.path.at(-1), problem.message]);
    if (!problems.has(place)) problems.set(place, problem);
  }
  return [...problems.values()];
}

function toProblem(finding: Finding, { yaml, raw, failed }: Evidence): ConfigProblem | undefined {
  const { path, expected } = finding;
  const place = locate(yaml.document, path);
  const node = isAlias(place.node) ? place.node.resolve(yaml.document) : place.node;
  if (place.found && node !== undefined && failed.has(node)) return undefined;
  const found =
    finding.found ?? (isHidden(path) ? 'something else (not shown)' : describeFound(valueAt(raw, path)));
  return yaml.problem(finding.atKey === true || !place.found ? place.key : place.value, {
    path,
    message: `expected ${expected}, found ${found}`,
    example: finding.example ?? helpAt(path).example,
  });
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Readonly<Record<string | number, unknown>>)[part];
  }, raw);
}
