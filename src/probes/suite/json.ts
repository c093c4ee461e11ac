import { ReportError } from './report-error.ts';

/** Of JSON the whole must be held, several times over while it is read. */
const largestJson = 32 * 1024 * 1024;

/**
 * One JSON object, also behind what a program says before it on stdout.
 * @throws ReportError when there is none, it is none, or it is larger than 32 MiB
 */
export async function readJson(chunks: AsyncIterable<string>): Promise<unknown> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk;
    if (text.length > largestJson)
      throw new ReportError('SUITE_TOO_LARGE', 'The report is JSON of more than 32 MiB.', [
        'JUnit XML is read piece by piece, so it may be larger.',
      ]);
  }
  if (text.trim() === '') throw new ReportError('SUITE_SILENT', 'The report is empty.');
  const begins = [text.startsWith('{') ? 0 : -1, text.indexOf('\n{') + 1].find((index) => index >= 0) ?? 0;
  try {
    return JSON.parse(text.slice(begins, text.lastIndexOf('}') + 1)) as unknown;
  } catch (error) {
    throw new ReportError('SUITE_UNREADABLE', 'The report is no valid JSON.', [
      error instanceof Error ? error.message.slice(0, 300) : 'unknown',
    ]);
  }
}
