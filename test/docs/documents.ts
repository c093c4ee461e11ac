import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

export interface Document {
  /** Relative to the project. */
  readonly file: string;
  readonly text: string;
}

export function read(file: string): Document {
  return { file, text: readFileSync(path.join(root, file), 'utf8') };
}
