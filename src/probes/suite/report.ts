import type { ReportFormat } from '../../domain/suite/plan.ts';
import { readJest } from './jest.ts';
import { readJunit } from './junit.ts';
import { readPytest } from './pytest.ts';
import { ReportError } from './report-error.ts';
import type { Tally } from './tally.ts';
import { readTap } from './tap.ts';

/** Bytes of one report. */
const largest = 256 * 1024 * 1024;

export interface ReportRequest {
  readonly format: ReportFormat;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly tally: Tally;
  /** Where tests belong that name no module. */
  readonly fallback: string;
  /** Folder from which files are named. */
  readonly root: string;
}

/**
 * Reads a report of at most 256 MiB piece by piece; JSON, which must be held whole, of 32 MiB.
 * @throws ReportError saying what is wrong with it; what was told until then is in the tally
 */
export async function readReport({ format, bytes, tally, fallback, root }: ReportRequest): Promise<void> {
  const chunks = texts(bytes);
  switch (format) {
    case 'junit':
      await readJunit(chunks, tally);
      break;
    case 'tap':
      await readTap(chunks, { tally, fallback, root });
      break;
    case 'pytest':
      await readPytest(chunks, tally);
      break;
    case 'jest':
      await readJest(chunks, tally, root);
  }
  if (tally.size === 0) throw new ReportError('SUITE_SILENT', 'The report names no test.');
}

async function* texts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.length;
    if (read > largest) throw new ReportError('SUITE_TOO_LARGE', 'The report is larger than 256 MiB.');
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}
