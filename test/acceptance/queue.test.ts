import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWorld, type World } from '../support/world.ts';

describe('several deploys', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.start('start');
  });
  afterAll(() => world.stop());

  it('of one target wait for each other, first come, first served', async () => {
    const release = world.cloud.faults.hold('CreateBuild');
    await world.type('/deploy backend staging ref:feature/one');
    await vi.waitFor(() => {
      expect(world.cloud.faults.held('CreateBuild')).toBe(1);
    });
    await world.type('/deploy backend staging ref:feature/two');
    await world.type('/deploy backend staging ref:feature/three');
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

  it('of two targets run side by side', async () => {
    const release = world.cloud.faults.hold('CreateBuild');
    await world.type('/deploy auth staging');
    await world.type('/deploy frontend staging');
    await vi.waitFor(() => {
      expect(world.cloud.faults.held('CreateBuild')).toBe(2);
    });
    release();
    expect((await world.ended('staging-4')).state).toBe('succeeded');
    expect((await world.ended('staging-5')).state).toBe('succeeded');
  });

  it('a command that Slack delivers twice is one operation', async () => {
    await world.type('/deploy auth staging');
    await world.slack.faults.redeliver();
    expect((await world.ended('staging-6')).state).toBe('succeeded');
    await world.type('/deploy auth staging');
    expect((await world.ended('staging-7')).roots).toHaveLength(1);
  });

  const text = (operation: string) => world.thread(operation).text('root');
});
