import { expect, test } from 'vitest';
import { suggest } from '../../src/config/suggest.ts';

const KNOWN = ['channel', 'slack', 'services', 'environments', 'run'];

test.each([
  ['chanel', 'channel'],
  ['Slack', 'slack'],
  ['serivces', 'services'],
  ['enviroments', 'environments'],
  ['rnu', 'run'],
])('%s was meant as %s', (word, meant) => {
  expect(suggest(word, KNOWN)).toBe(meant);
});

test.each(['zone', 'x', '', 'c'.repeat(100_000)])('nothing is near %.20s', (word) => {
  expect(suggest(word, KNOWN)).toBeUndefined();
});
