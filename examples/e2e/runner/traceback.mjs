import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What went wrong, as pytest shows it: the test's lines up to the one that failed, marked with `>`, and the error behind
 * `E` (https://docs.pytest.org/en/stable/how-to/output.html#modifying-python-traceback-printing).
 */
export function tracebackOf(error, { file, name, source }) {
  const line = lineOf(error, { file, name });
  const lines = source.split('\n');
  const start = lines.findIndex((each) => each.startsWith(`export async function ${name}(`));
  const shown = line === undefined ? [] : lines.slice(start, line);
  const marked = shown.map((each, index) => `${index === shown.length - 1 ? '>' : ' '}   ${each}`.trimEnd());
  const errors = messageOf(error)
    .split('\n')
    .map((each) => `E     ${each}`);
  const place = `${path.basename(file)}:${line ?? start + 1}: ${error.name}`;
  return [...marked, ...errors, '', place].join('\n');
}

export const messageOf = (error) => `${error.name}: ${error.message}`;

/** The line of the test itself, counted from 1, whoever threw. */
function lineOf(error, { file, name }) {
  for (const frame of (error.stack ?? '').split('\n')) {
    const [, called, url, line] = /at (?:async )?(\w+) \((file:.+):(\d+):\d+\)/.exec(frame) ?? [];
    if (called === name && fileURLToPath(url) === file) return Number(line);
  }
  return undefined;
}
