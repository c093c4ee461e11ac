import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** Every document of the project, relative to it. */
export function documents(): readonly string[] {
  const below = (folder: string) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.posix.join(folder, name),
    );
  const all = [...readdirSync(root), ...below('docs'), ...below('src')];
  return all.filter((name) => name.endsWith('.md'));
}

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Without what is between the fences of code blocks. */
export function prose(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '');
}
