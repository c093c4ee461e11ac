import { Readable } from 'node:stream';
import type { ReportFormat } from '../../src/domain/suite/plan.ts';
import { readReport } from '../../src/probes/suite/report.ts';
import { Tally } from '../../src/probes/suite/tally.ts';

function pieces(text: string | Iterable<string>, size = 7): AsyncIterable<Uint8Array> {
  const bytes = typeof text === 'string' ? cut(Buffer.from(text), size) : text;
  return Readable.from(bytes, { objectMode: true }).map((piece: string | Buffer) => Buffer.from(piece));
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Reads a report of a test suite that comes in small pieces. @throws as `readReport` */
export async function read(format: ReportFormat, text: string | Iterable<string>, root = '/') {
  const tally = new Tally();
  await readReport({ format, bytes: pieces(text), tally, fallback: 'e2e', root });
  return tally.result();
}
