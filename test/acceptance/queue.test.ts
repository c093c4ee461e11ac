import { describe, expect } from 'vitest';
import { storyIn } from '../support/story.ts';

const story = storyIn({});

describe.concurrent('several deploys', () => {
  story('of one target wait for each other, first come, first served', async ({ world }) => {
    const release = world.cloud.faults.hold('CreateBuild');
    await world.type('/deploy backend staging ref:feature/one');
    await world.held('CreateBuild', 1);
    await world.type('/deploy backend staging ref:feature/two');
    await world.type('/deploy backend staging ref:feature/three');
    const text = (operation: string) => world.thread(operation).text('root');
    await world.until(() => (text('staging-3').includes('#3 behind staging #2') ? true : undefined));
    expect(text('staging-2')).toContain('#2 behind staging #1');
    expect(world.cloud.faults.held('CreateBuild')).toBe(1);

    release();
    for (const operation of ['staging-1', 'staging-2', 'staging-3'])
      expect((await world.ended(operation)).state).toBe('succeeded');
    expect(world.cloud.builds().map(({ ref }) => ref)).toEqual([
      'feature/one',
      'feature/two',
      'feature/three',
    ]);
    expect(Object.keys(world.cloud.service('chat-staging/backend')!.serving)[0]).toMatch(/^backend-r3-/);
  });

  story('of two targets run side by side', async ({ world }) => {
    const release = world.cloud.faults.hold('CreateBuild');
    await world.type('/deploy auth staging');
    await world.type('/deploy frontend staging');
    await world.held('CreateBuild', 2);
    release();
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    expect((await world.ended('staging-2')).state).toBe('succeeded');
  });

  story('a command that Slack delivers twice is one operation', async ({ world }) => {
    await world.type('/deploy auth staging');
    await world.slack.faults.redeliver();
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    await world.type('/deploy auth staging ref:feature/next');
    expect((await world.ended('staging-2')).roots).toHaveLength(1);
    expect(world.cloud.builds().map(({ ref }) => ref)).toEqual(['main', 'feature/next']);
  });
});
