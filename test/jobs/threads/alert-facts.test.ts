import { expect, it } from 'vitest';
import { alertFacts, type FactSources } from '../../../jobs/threads/alert-facts.ts';
import { requested, told } from '../../support/operations.ts';
import { alertStories } from '../../support/alert-stories.ts';

it('a deploy that was a round is linked to the thread of its rounds', async () => {
  const alone = told(requested({ number: 41 }));
  const round = told(requested({ number: 43, parent: { operation: 'staging-42', round: 1 } }));
  const roots: Readonly<Record<string, string>> = { 'staging-41': '41.1', 'staging-42': '42.1' };
  const sources: FactSources = {
    targetOf: () => undefined,
    served: { list: () => Promise.resolve([]) },
    recent: { of: () => Promise.resolve([round, alone]) },
    ledger: { operation: () => Promise.resolve(undefined) },
    notes: {
      read: (id) => {
        const ts = roots[id];
        const note = { channel: 'C0DEPLOYS', shows: '', at: 0, ...(ts === undefined ? {} : { ts }) };
        return Promise.resolve(new Map(ts === undefined ? [] : [['root', note]]));
      },
    },
    permalink: ({ ts }) => Promise.resolve(`https://chat.example/${ts}`),
    charts: { root: () => Promise.resolve(undefined), checks: () => Promise.resolve({}) },
  };
  const { links } = await alertFacts(sources)(Object.values(alertStories())[0]!);
  expect(links).toEqual({
    'staging-41': 'https://chat.example/41.1',
    'staging-43': 'https://chat.example/42.1',
  });
});
