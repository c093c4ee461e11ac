import { rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { compile } from './compile.ts';
import { runFolder } from './run-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Arguments of Node that run slipway as its sources are now. */
    readonly program: readonly string[];
  }
}

/**
 * Compiles slipway once for all stories: loading the sources through tsx costs each process 2 s of CPU more, and
 * finding each file of its packages 0.2 s.
 */
export async function setup(project: TestProject): Promise<() => void> {
  // Below node_modules, because the canvas is loaded from there.
  const folder = runFolder(path.resolve(import.meta.dirname, '../../node_modules/.cache/slipway-tests'));
  const program = await compile(folder);
  // Not with --enable-source-maps: reading the maps costs each process a fifth of its start. To read a stack trace,
  // run one story with NODE_OPTIONS=--enable-source-maps.
  project.provide('program', [program]);
  project.onTestsRerun(async () => {
    await compile(folder);
  });
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
