import path from 'node:path';
import { z } from 'zod';
import { readJson } from './json.ts';
import { ReportError } from './report-error.ts';
import type { Tally } from './tally.ts';

// https://jestjs.io/docs/cli#--json, and its types FormattedTestResult and FormattedAssertionResult; vitest's reporter
// `json` writes the same: https://vitest.dev/guide/reporters.html#json-reporter
const assertion = z.object({
  ancestorTitles: z.array(z.string()).catch([]),
  title: z.string(),
  status: z.string(),
  duration: z.number().nullish().catch(0),
  failureMessages: z.array(z.string()).nullish().catch([]),
});
const file = z.object({
  name: z.string(),
  status: z.string(),
  message: z.string().nullish().catch(''),
  assertionResults: z.array(assertion),
});
const reportSchema = z.object({ testResults: z.array(file) });

/**
 * Reads `jest --json`.
 * @param root folder from which files are named
 * @throws ReportError when it is none
 */
export async function readJest(chunks: AsyncIterable<string>, tally: Tally, root: string): Promise<void> {
  const { data } = reportSchema.safeParse(await readJson(chunks));
  if (data === undefined)
    throw new ReportError('SUITE_UNREADABLE', 'The report is JSON, but not of jest.', [
      'It has no testResults as `jest --json` writes them',
    ]);
  for (const { name, status, message, assertionResults } of data.testResults) {
    const module = inside(root, name);
    for (const { ancestorTitles, title, status: how, duration, failureMessages } of assertionResults)
      tally.add({
        module,
        test: [...ancestorTitles, title].join(' › '),
        outcome: how === 'passed' ? 'passed' : how === 'failed' ? 'failed' : 'skipped',
        tookMs: duration ?? 0,
        message: failureMessages?.[0] ?? '',
        text: failureMessages?.join('\n') ?? '',
      });
    // A file that cannot be loaded has no tests of its own.
    if (status === 'failed' && !assertionResults.some((each) => each.status === 'failed'))
      tally.add({ module, test: 'the file itself', outcome: 'failed', tookMs: 0, ...saidOf(message ?? '') });
  }
}

/** Jest puts a bullet and its own sentence before the error. */
function saidOf(message: string): { readonly message: string; readonly text: string } {
  const lines = message.split('\n').map((line) => line.trim());
  const error = lines.find((line) => line !== '' && !line.startsWith('●'));
  return { message: error ?? message, text: message };
}

function inside(root: string, name: string): string {
  const relative = path.relative(root, name);
  return path.isAbsolute(name) && !relative.startsWith('..') ? relative : name;
}
