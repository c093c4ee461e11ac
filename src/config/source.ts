import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import type { ConfigProblem } from './types.ts';

/** Far above any real team's file (50 services need about 20 KB) and small enough to be read in an instant. */
const LARGEST_BYTES = 256 * 1024;

export type Source =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: ConfigProblem };

/** Reads the whole file as UTF-8 text, a byte order mark left out. Every failure is a problem, none is thrown. */
export function readSource(file: string): Source {
  try {
    // Asked before it is opened: opening a named pipe would wait for its writer for ever.
    const kind = statSync(file);
    if (kind.isDirectory()) return refuse(file, 'expected a file, found a directory');
    if (!kind.isFile()) return refuse(file, 'expected a plain file, found a device, pipe or socket');
    return decode(file, readBounded(file));
  } catch (error) {
    return refuse(file, explain(error));
  }
}

function readBounded(file: string): Buffer | number {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    return size > LARGEST_BYTES ? size : readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

function decode(file: string, bytes: Buffer | number): Source {
  if (typeof bytes === 'number') {
    return refuse(file, `expected at most ${LARGEST_BYTES / 1024} KiB, found ${Math.ceil(bytes / 1024)} KiB`);
  }
  const bad = lineOfBadBytes(bytes);
  if (bad !== undefined) return badText(file, bad);
  return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
}

/** A newline byte is never part of a longer UTF-8 sequence, so lines can be judged one by one. */
function lineOfBadBytes(bytes: Buffer): number | undefined {
  if (isUtf8(bytes) && !bytes.includes(0)) return undefined;
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    if (!isUtf8(part) || part.includes(0)) return line;
    start = end + 1;
  }
  return line;
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'expected a configuration file here, found none';
    case 'EACCES':
    case 'EPERM':
      return 'expected a file that may be read, found no permission to read it';
    default:
      return `expected a file that can be read, found ${typeof code === 'string' ? code : 'an unusable path'}`;
  }
}

function refuse(file: string, message: string): Source {
  const example = 'SLIPWAY_CONFIG=examples/slipway.yaml slipway check';
  return { ok: false, problem: { file, line: 1, column: 1, path: '', message, example } };
}

function badText(file: string, line: number): Source {
  const message = 'expected UTF-8 text, found other bytes on this line';
  return {
    ok: false,
    problem: { file, line, column: 1, path: '', message, example: 'save the file as UTF-8' },
  };
}
