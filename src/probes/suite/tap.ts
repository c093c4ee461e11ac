import path from 'node:path';
import { Parser, type Result } from 'tap-parser';
import { ReportError } from './report-error.ts';
import type { Tally } from './tally.ts';

/** The parser remembers every point it has seen. */
const mostPoints = 200_000;
/** Characters of one line; the parser has to hold it whole. */
const longestLine = 1024 * 1024;

export interface TapOptions {
  readonly tally: Tally;
  /** Where tests belong that are in no subtest. */
  readonly fallback: string;
  /** Folder from which files are named. */
  readonly root: string;
}

/**
 * Reads TAP 13 and 14 as node:test, tap and others write it, also between lines that are none. A module is a subtest at
 * the top: of node:test, a file.
 * @throws ReportError when it breaks off, contradicts its plan or is too large
 */
export async function readTap(
  chunks: AsyncIterable<string>,
  { tally, fallback, root }: TapOptions,
): Promise<void> {
  const parser = new Parser();
  let module = '';
  parser.on('child', (child: Parser) => {
    module = child.name;
  });
  parser.on('result', (result: Result) => {
    const inside = result.fullname !== result.name && result.fullname.startsWith(`${module} `);
    tally.add({
      module: inside ? named(module, root) : fallback,
      // The parser joins the names of nested tests with `>`.
      test: inside ? result.fullname.slice(module.length).replace(/^[\s>]+/, '') : result.name,
      outcome: outcomeOf(result),
      ...told(result),
    });
  });
  for await (const chunk of chunks) {
    parser.write(chunk);
    if (tally.size > mostPoints || parser.buffer.length > longestLine)
      throw new ReportError(
        'SUITE_TOO_LARGE',
        `The report has more than ${mostPoints} tests, or a line of more than 1 MiB.`,
      );
  }
  parser.end();
  const { results } = parser;
  if (tally.size === 0 || results === null) return;
  if (results.bailout !== false)
    throw new ReportError('SUITE_UNREADABLE', 'The tests bailed out.', [String(results.bailout)]);
  const broken = results.failures.flatMap((failure) => failure.tapError ?? []);
  if (broken.length > 0)
    throw new ReportError(
      'SUITE_UNREADABLE',
      'The report breaks off or contradicts itself.',
      broken.slice(0, 3),
    );
}

/** What is to do may fail: https://testanything.org/tap-version-14-specification.html#todo */
function outcomeOf({ ok, skip, todo }: Result): 'passed' | 'failed' | 'skipped' {
  if (skip !== false || (todo !== false && !ok)) return 'skipped';
  return ok ? 'passed' : 'failed';
}

/** The lines below a point are YAML of any shape; these fields are those of node:test and of tap. */
function told({ diag, time }: Result) {
  const said = typeof diag === 'object' && diag !== null ? (diag as Readonly<Record<string, unknown>>) : {};
  const text = (key: string): string => {
    const value = said[key];
    return typeof value === 'string' ? value : '';
  };
  const tookMs = said['duration_ms'];
  return {
    tookMs: typeof tookMs === 'number' ? tookMs : (time ?? 0),
    message: text('error') || text('message'),
    text: [text('error'), text('message'), text('stack')].filter((each) => each !== '').join('\n'),
  };
}

function named(module: string, root: string): string {
  const relative = path.relative(root, module);
  return path.isAbsolute(module) && !relative.startsWith('..') ? relative : module;
}
