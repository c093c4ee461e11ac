import { expect, it } from 'vitest';
import { knownCauses } from '../../src/domain/cause/known.ts';
import { read } from './documents.ts';

it('docs/diagnoses.md has the known causes, in their order and words', () => {
  const [, section = ''] = read('docs/diagnoses.md').split('## Known causes');
  const rows = section.split('\n').filter((line) => /^\| (?!cause \|)[a-z]/.test(line));
  expect(rows).toEqual(
    knownCauses.map(({ name, meaning, advice }) => `| ${name} | ${meaning} | ${advice} |`),
  );
});
