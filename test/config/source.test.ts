import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { brief, configOf, ENV, problemsOf, SMALL, writeConfig } from './support.ts';

const NOT_YAML = 'not valid YAML: expected';

/** Each level holds the one before nine times: 9 to the power of 10 values from ten lines. */
const LEVELS = Array.from({ length: 10 }, (_, level) => {
  const inner = level === 0 ? 'x' : `*level${level - 1}`;
  return `level${level}: &level${level} [${Array<string>(9).fill(inner).join(', ')}]\n`;
});
const BOMB = LEVELS.join('');

type Row = readonly [name: string, content: string | Uint8Array, ...problems: string[]];

const FILES: readonly Row[] = [
  ['empty', '', '1:1 : expected channel, services and environments, found an empty file'],
  ['only a comment', '# soon\n', '1:1 : expected channel, services and environments, found an empty file'],
  ['a word', 'hello', '1:1 : expected a mapping, found "hello"'],
  ['a list', '- a\n', '1:1 : expected a mapping, found a list'],
  ['10 MB', '#'.repeat(10_000_000), '1:1 : expected at most 256 KiB, found 9766 KiB'],
  [
    'UTF-16',
    Buffer.from('\ufeffchannel: C0\n', 'utf16le'),
    '1:1 : expected UTF-8 text, found other bytes on this line',
  ],
  [
    'Latin-1',
    Buffer.from('a: b\nc: caf\u00e9\n', 'latin1'),
    '2:1 : expected UTF-8 text, found other bytes on this line',
  ],
  ['a NUL byte', 'a: b\n\0', '2:1 : expected UTF-8 text, found other bytes on this line'],
  ['a tab', 'services:\n\tbackend: x\n', `2:1 : ${NOT_YAML} spaces, found a tab`],
  [
    'an open bracket',
    'a: [1\n',
    `2:1 : ${NOT_YAML} a closing bracket, or the indentation of the lines around it`,
  ],
  ['two documents', `${SMALL}---\na: 1\n`, `11:1 : ${NOT_YAML} one document, found a second one after ---`],
  [
    'a tag',
    'a: !!js/function x\n',
    `1:4 : ${NOT_YAML} a plain value, found a tag (!…) that is not used here`,
  ],
  ['a key twice', 'a: 1\nb: 2\na: 3\n', '3:1 a: expected each key once, found "a" again (first on line 1)'],
  [
    'the key __proto__',
    '__proto__: {}\n',
    '1:1 __proto__: expected a name, found the reserved key __proto__',
  ],
  ['a list as a key', '? [a]\n: 1\n', '1:3 : expected a plain key, found an alias, a list or a mapping'],
  ['an alias of nothing', 'a: [x, *b]\n', '1:8 a[1]: expected an anchor "b" further up, found none'],
  [
    'an alias of itself',
    'a: &a\n  b: *a\n',
    '2:6 a.b: expected a value, found an alias to the mapping or list it is part of',
  ],
  [
    'a merge of itself',
    'a: &a\n  <<: *a\n',
    '2:7 a["<<"]: expected a value, found an alias to the mapping or list it is part of',
  ],
  [
    'a billion laughs',
    BOMB,
    '1:1 : expected aliases that stand for a few values, found aliases of aliases that multiply',
  ],
  [
    '101 aliases',
    `a: &a 1\nb: [${'*a,'.repeat(101)}]\n`,
    '2:305 b[100]: expected at most 100 aliases, found more',
  ],
];

describe('a file that cannot be read as a configuration has the same kind of problem', () => {
  test.each(FILES)('%s', (_name, content, ...problems) => {
    expect(brief(problemsOf(content))).toEqual(problems);
  });
});

test.each([
  ['brackets', `a: ${'['.repeat(20_000)}`],
  ['braces', '{a: '.repeat(2_000)],
  ['lists on a line', `${'- '.repeat(20_000)}x`],
  ['keys', '? '.repeat(2_000)],
  ['mappings', Array.from({ length: 200 }, (_, level) => `${' '.repeat(level)}a:\n`).join('')],
  ['a hundred brackets', `a: ${'['.repeat(100)}x${']'.repeat(100)}`],
])('%s too deep for any reader are a problem, not a crash', (_name, content) => {
  expect(brief(problemsOf(content))).toEqual([
    '1:1 : expected a few levels, found text nested too deeply to read',
  ]);
});

test('what is only deep is read to its end', () => {
  const [problem] = problemsOf(`a: ${'['.repeat(90)}x${']'.repeat(90)}`);
  expect(problem?.message).not.toContain('nested too deeply');
});

test('a byte order mark is no fault', () => {
  expect(configOf(`\ufeff${SMALL}`).channel).toBe('C0DEPLOYS');
});

test('a missing file, a directory and a device without end are refused at once', () => {
  const folder = dirname(writeConfig(SMALL));
  rmSync(join(folder, 'slipway.yaml'));
  const messageOf = (file: string) => {
    const result = loadConfig({ file, env: ENV });
    return result.ok
      ? undefined
      : result.problems.map(({ file: named, line, message }) => [named, line, message]);
  };
  const missing = join(folder, 'slipway.yaml');
  expect(messageOf(missing)).toEqual([[missing, 1, 'expected a configuration file here, found none']]);
  expect(messageOf(folder)).toEqual([[folder, 1, 'expected a file, found a directory']]);
  expect(messageOf('/dev/zero')).toEqual([
    ['/dev/zero', 1, 'expected a plain file, found a device, pipe or socket'],
  ]);
  expect(messageOf('bad\0path')).toEqual([
    ['bad\0path', 1, 'expected a file that can be read, found ERR_INVALID_ARG_VALUE'],
  ]);
});

test('a file with a problem on every line is answered within seconds', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1\n`).join('');
  expect(problemsOf(keys).length).toBe(20_003);
}, 60_000);

test('one enormous value is answered within seconds, and not repeated', () => {
  const channel = problemsOf(`channel: ${'x'.repeat(200_000)}\n`).find(({ path }) => path === 'channel');
  expect(channel?.message).toContain('found a text of 200000 characters');
}, 5_000);
