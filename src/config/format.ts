import { visible } from './found.ts';
import type { ConfigProblem } from './types.ts';

const MOST_SHOWN = 100;

/** For terminals: `file:line:column` first, so that editors can jump there. Ends with a newline; '' for none. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  if (problems.length === 0) return '';
  const shown = problems.slice(0, MOST_SHOWN).map(formatProblem);
  const hidden = problems.length - shown.length;
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${shown.join('')}${count}${hidden > 0 ? `, the first ${MOST_SHOWN} shown` : ''}\n`;
}

function formatProblem({ file, line, column, path, message, example }: ConfigProblem): string {
  const place = line === undefined ? visible(file) : `${visible(file)}:${line}:${column ?? 1}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${message}\n    example: ${example}\n`;
}
