import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Config, type ConfigProblem, loadConfig, type LoadRequest } from '../../src/config/index.ts';

export const ENV = { SLACK_BOT_TOKEN: 'xoxb-1-robot', SLACK_APP_TOKEN: 'xapp-1-robot' };

/** The smallest file that is valid: ten lines. */
export const SMALL = `channel: C0DEPLOYS
services:
  backend:
    build:
      repository: https://github.com/example/chat.git
      image: us-docker.pkg.dev/chat-staging/apps/backend
environments:
  staging:
    project: chat-staging
    region: us-central1
`;

/** A file of its own for one test, gone afterwards. */
export function writeConfig(content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-config-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'slipway.yaml');
  writeFileSync(file, content);
  return file;
}

/** The example with a change, as a file of its own. */
export function changedExample(change: (yaml: string) => string): string {
  const example = new URL('../../examples/slipway.yaml', import.meta.url);
  return writeConfig(change(readFileSync(example, 'utf8')));
}

/** The small file with one text replaced; fails when the text is not there. */
export function changed(from: string, to: string): string {
  if (!SMALL.includes(from)) throw new Error(`the small file has no ${from}`);
  return SMALL.replace(from, () => to);
}

export function configOf(content: string, request: Omit<LoadRequest, 'file'> = {}): Config {
  const result = loadConfig({ env: ENV, ...request, file: writeConfig(content) });
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.config;
}

export function problemsOf(
  content: string | Uint8Array,
  request: Omit<LoadRequest, 'file'> = {},
): readonly ConfigProblem[] {
  const result = loadConfig({ env: ENV, ...request, file: writeConfig(content) });
  return result.ok ? [] : result.problems;
}

/** `line:column path: message`, the parts that a table of bad files is about. */
export function brief(problems: readonly ConfigProblem[]): readonly string[] {
  return problems.map(
    ({ line, column, path, message }) => `${line ?? ''}:${column ?? ''} ${path}: ${message}`,
  );
}
