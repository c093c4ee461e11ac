import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, prose, read, root } from './documents.ts';

const linkPattern = /\]\(([^()\s]+)\)/g;
/** A file or folder of the project, named in a document: `src/domain/reasons.ts`. */
const pathPattern = /`((?:src|jobs|test|scripts|docs|examples)\/[\w./-]*\w)`/g;

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(markdown: string): readonly string[] {
  return [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function problemOf(link: string, from: string): string | undefined {
  const [name = '', anchor] = link.split('#');
  const file = name === '' ? from : path.posix.join(path.posix.dirname(from), name);
  if (!existsSync(path.join(root, file))) return `${link}: there is no ${file}`;
  const isPage = anchor !== undefined && statSync(path.join(root, file)).isFile();
  return isPage && !anchorsOf(read(file)).includes(anchor) ? `${link}: no such heading` : undefined;
}

describe.each(documents())('%s', (file) => {
  const text = prose(read(file));

  it('links to what exists', () => {
    const links = [...text.matchAll(linkPattern)].map(([, link = '']) => link);
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.map((link) => problemOf(link, file)).filter(Boolean)).toEqual([]);
  });

  it('names files that exist', () => {
    const named = [...text.matchAll(pathPattern)].map(([, name = '']) => name);
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });
});

it('finds the documents', () => {
  expect(documents()).toEqual(
    expect.arrayContaining(['README.md', 'docs/reasons.md', 'src/sandbox/cloud/README.md']),
  );
});
