import { describe, expect, it } from 'vitest';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { type OperationFacts, threadOf } from '../../src/slack/messages/thread.ts';
import { allDone, begin, broken, end, requested, started, told } from '../support/operations.ts';
import { stories } from '../support/stories.ts';

const card = { owner: 'S0APPROVERS', tier: 1, impact: 'Nobody can talk to an agent' };
const facts: OperationFacts = { cards: { backend: card }, charts: {} };
const known = stories();
const report = (name: string, around = facts) => threadOf(known[name]!, around).at(-1)!;

describe('the report of an operation', () => {
  it.each(['unhealthy', 'rolled back', 'not built'])(
    '%s says what its failure costs, and whose it is',
    (name) => {
      expect(report(name).text).toContain(
        '*Impact* Nobody can talk to an agent · tier 1 · owner `S0APPROVERS`',
      );
    },
  );

  it('rings for the owner where users are left in trouble', () => {
    expect(report('not restored').text).toContain('owner <!subteam^S0APPROVERS>');
  });

  it('says nothing of it when all went well, or when nothing is known', () => {
    expect(report('succeeded').text).not.toContain('*Impact*');
    expect(report('unhealthy', { cards: {}, charts: {} }).text).not.toContain('*Impact*');
  });

  it('shows what was measured, in words and drawn, before what to do next', () => {
    const chart = { words: 'last hour: 99 % of 720 samples available', fileId: 'F0CHART000' };
    const { text, blocks } = report('succeeded', { ...facts, charts: { backend: chart } });
    const lines = text.split('\n');
    expect(lines.at(-2)).toBe(`*Watched* backend, ${chart.words}`);
    expect(lines.at(-1)).toMatch(/^\*Next\* /);
    expect(blocks.at(-1)).toMatchObject({ type: 'image', slack_file: { id: 'F0CHART000' } });
    expect(validateBlocks(blocks, 'message')).toEqual([]);
  });
});

it('a rollback that moved users and then failed says where they are, and watched nothing', () => {
  const plan = ['preflight', 'choose', 'shift', 'verify'] as const;
  const split = [{ revision: 'backend-00135-old', percent: 100 }];
  const failed = told(
    requested({ kind: 'rollback', plan: [...plan] }),
    started,
    ...allDone('preflight', 'choose'),
    begin('shift'),
    { type: 'traffic-moved', percent: 100, split, stableErrors: 0 },
    ...allDone('shift').slice(1),
    ...broken('verify', 'UNHEALTHY_AFTER_SHIFT'),
    end('failed'),
  );
  const thread = threadOf(failed);
  expect(thread.at(-1)!.text).toContain('*Traffic* moved: backend-00135-old 100 %');
  expect(thread.find(({ key }) => key === 'shift')!.text).not.toContain('watching');
});
