import { expect, it } from 'vitest';
import { riskFlags } from '../../src/domain/risk.ts';
import { read } from './documents.ts';

it('docs/operations.md tells of each risk, and of no other', () => {
  const [, section = ''] = read('docs/operations.md').split('## Risks');
  const told = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, flag]) => flag);
  expect(told).toEqual(riskFlags);
});
