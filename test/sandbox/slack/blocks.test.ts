import { describe, expect, it } from 'vitest';
import { validateBlocks } from '../../../src/sandbox/slack/index.ts';
import { accepted, refused } from './blocks.cases.ts';

describe('validateBlocks', () => {
  it.each(accepted.map(([name, blocks, surface]) => ({ name, blocks, surface })))(
    'accepts: $name',
    ({ blocks, surface = 'message' }) => {
      expect(validateBlocks(blocks, surface)).toEqual([]);
    },
  );

  it.each(
    refused.map(([name, blocks, pointer, message, surface]) => ({ name, blocks, pointer, message, surface })),
  )('refuses: $name', ({ blocks, pointer, message, surface = 'message' }) => {
    const problems = validateBlocks(blocks, surface);
    expect(problems).toContainEqual({ pointer, message: expect.stringContaining(message) as unknown });
  });

  it('refuses what is no list', () => {
    expect(validateBlocks({ type: 'divider' }, 'message')).toEqual([
      { pointer: '/blocks', message: 'must be an array' },
    ]);
    expect(validateBlocks(['divider', null], 'message')).toHaveLength(2);
  });
});
