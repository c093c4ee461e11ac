import { describe, expect, it } from 'vitest';
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
  const rows = historyOf(question)?.rows.map(({ operation, by, changes, status }) => [
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

describe('a long history', () => {
  const revisions = Array.from({ length: 25 }, (_, index) =>
    past(`backend-${String(125 - index).padStart(5, '0')}-xyz`),
  );
  const page = (before?: string) => {
    const found = historyOf({ revisions, serving: [], served: [], before });
    return found && [found.rows[0]?.revision, found.rows.length, found.olderThan];
  };

  it.each([
    [undefined, ['backend-00125-xyz', 10, 'backend-00116-xyz']],
    ['backend-00116-xyz', ['backend-00115-xyz', 10, 'backend-00106-xyz']],
    ['00112', ['backend-00111-xyz', 10, 'backend-00102-xyz']],
    ['00111', ['backend-00110-xyz', 10, undefined]],
    ['backend-00106-xyz', ['backend-00105-xyz', 5, undefined]],
    ['backend-00101-xyz', [undefined, 0, undefined]],
    ['0011', undefined],
    ['', undefined],
  ])('before %j is told from %j', (before, told) => {
    expect(page(before)).toEqual(told);
  });

  it('is compared with what stands on the next page', () => {
    const rows = historyOf({ revisions, serving: [], served: [] })?.rows;
    expect(rows?.at(-1)?.changes).toEqual([]);
    expect(
      historyOf({ revisions, serving: [], served: [], before: '00106' })?.rows.at(-1)?.changes,
    ).toBeUndefined();
  });
});
