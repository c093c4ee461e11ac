import type { ErrorCode, YAMLError } from 'yaml';
import type { Yaml } from './problem.ts';
import type { ConfigProblem } from './types.ts';

export const SYNTAX_EXAMPLE = 'channel: C0DEPLOYS';

// The library's own messages may repeat the text, which may be a token in the wrong place: only codes are used.
const FAULTS: Partial<Record<ErrorCode, readonly [message: string, example: string]>> = {
  BAD_ALIAS: ['expected a name after & or *, found none or one that ends in ":"', 'build: *build'],
  ALIAS_PROPS: ['expected an alias alone, found one with an anchor or a tag', 'build: *build'],
  BAD_DIRECTIVE: ['expected a known directive, found another line that starts with %', '%YAML 1.2'],
  BAD_DQ_ESCAPE: ['expected a known escape inside double quotes, found another', "path: '/a\\b'"],
  BAD_INDENT: [
    'expected a closing bracket, or the indentation of the lines around it',
    'two spaces for each level',
  ],
  BAD_SCALAR_START: ['expected quotes around a value that starts with a reserved sign', "key: '@value'"],
  BLOCK_AS_IMPLICIT_KEY: ['expected one "key: value" on a line, found a second ":" or a list', "key: 'a: b'"],
  BLOCK_IN_FLOW: ['expected only values inside [ ] or { }, found a block of lines', 'by: [S0APPROVERS]'],
  MISSING_CHAR: ['expected a closing quote, bracket, comma, colon or space', 'by: [S0APPROVERS, U0OPERATOR]'],
  MULTILINE_IMPLICIT_KEY: ['expected "key: value", found a line that is neither', SYNTAX_EXAMPLE],
  MULTIPLE_DOCS: ['expected one document, found a second one after ---', 'one file, no line ---'],
  RESOURCE_EXHAUSTION: ['expected a few levels, found text nested too deeply to read', SYNTAX_EXAMPLE],
  TAB_AS_INDENT: ['expected spaces, found a tab', 'two spaces for each level'],
  TAG_RESOLVE_FAILED: ['expected a plain value, found a tag (!…) that is not used here', SYNTAX_EXAMPLE],
  UNEXPECTED_TOKEN: ['expected "key: value", found signs that do not belong here', SYNTAX_EXAMPLE],
};

const OTHER = ['expected YAML, found a line that is none', SYNTAX_EXAMPLE] as const;

/** One problem for each line with a fault: what follows on the same line is mostly an echo of the first. */
export function explainSyntax(errors: readonly YAMLError[], yaml: Yaml): readonly ConfigProblem[] {
  const byLine = new Map<number | undefined, ConfigProblem>();
  for (const error of errors) {
    const [message, example] = FAULTS[error.code] ?? OTHER;
    const problem = yaml.problem(error.pos[0], { path: [], message: `not valid YAML: ${message}`, example });
    if (!byLine.has(problem.line)) byLine.set(problem.line, problem);
  }
  return [...byLine.values()];
}
