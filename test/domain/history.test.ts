import { expect, it } from 'vitest';
import type { Deployed } from '../../src/domain/change.ts';
import { historyOf, type PastRevision } from '../../src/domain/history.ts';

const deployed: Deployed = {
  image: 'backend@sha256:aaa',
  env: {},
  secrets: {},
  minInstances: 0,
  affinity: false,
  cpuBoost: false,
  others: {},
};
const past = (revision: string, more: Partial<PastRevision> = {}): PastRevision => ({
  revision,
  createdAt: 1_000,
  state: 'ready',
  creator: 'operator@example.com',
  deployed,
  ...more,
});

const stamp = { operation: 'staging-42', deployer: 'developer' };
const question = {
  revisions: [
    past('backend-00138-ccc', { state: 'failed', deployed: { ...deployed, env: { A: 'h1' } } }),
    past('backend-r42-k3f9ab', { stamp, deployed: { ...deployed, memory: 512 } }),
    past('backend-r41-aaaaaa', { stamp: { operation: 'staging-41' } }),
    past('backend-00136-xyz', { creator: '' }),
  ],
  serving: [{ revision: 'backend-r42-k3f9ab', percent: 90 }],
  served: [
    { revision: 'backend-r41-aaaaaa', operation: 'staging-43', byName: 'operator' },
    { revision: 'backend-r41-aaaaaa', operation: 'staging-41', byName: 'reviewer' },
  ],
};

it('tells who made each revision, what it changed and how it stands', () => {
  const rows = historyOf(question).map(({ operation, by, changes, status }) => [
    operation,
    by,
    changes?.map(({ field }) => field),
    status,
  ]);
  expect(rows).toEqual([
    [undefined, 'operator@example.com', ['env A', 'memory'], 'failed'],
    ['staging-42', 'developer', ['memory'], 'serving 90 %'],
    // By who deployed it, and not by who went back to it.
    ['staging-41', 'reviewer', [], 'ready'],
    [undefined, '', undefined, 'ready'],
  ]);
});

it('ends with the tenth, which is still compared with the one before', () => {
  const revisions = Array.from({ length: 12 }, (_, index) => past(`backend-${index}`));
  const rows = historyOf({ revisions, serving: [], served: [] });
  expect(rows).toHaveLength(10);
  expect(rows.at(-1)?.changes).toEqual([]);
});
