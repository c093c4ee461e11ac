import { expect, it } from 'vitest';
import { diagnoses } from '../../src/domain/diagnosis/registry.ts';
import { read } from './documents.ts';

it('docs/diagnoses.md has the codes of the registry, in its order and words', () => {
  const rows = read('docs/diagnoses.md')
    .split('\n')
    .filter((line) => /^\| [A-Z_]+ \|/.test(line));
  const expected = Object.entries(diagnoses).map(
    ([code, { cause, next }]) => `| ${code} | ${cause} | ${next} |`,
  );
  expect(rows).toEqual(expected);
});

it('only the codes that say so are faults of the prober', () => {
  const faults = Object.entries(diagnoses).filter(([, entry]) => 'prober' in entry);
  expect(faults.length).toBeGreaterThan(0);
  for (const [code] of Object.entries(diagnoses))
    expect(code.startsWith('PROBER_'), code).toBe(faults.some(([name]) => name === code));
});
