import { describe, expect } from 'vitest';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';
import { actionsOf } from '../support/buttons.ts';
import { storyIn } from '../support/story.ts';
import { people, withRollout, type World } from '../support/world.ts';

const health = [{ path: '/health' }, { path: '/api/status' }];
const service = 'chat-staging/backend';

/** Waits for the root of the first operation with this button. */
function withButton(world: World, action: string): Promise<StoredMessage> {
  return world.until(() => {
    const [root] = world.thread('staging-1').roots;
    const shifting = world.thread('staging-1').order.includes('shift');
    return root !== undefined && shifting && actionsOf(root).includes(action) ? root : undefined;
  });
}

async function click(world: World, action: string): Promise<void> {
  const { ts, channel } = await withButton(world, action);
  await world.slack.click({ user: people.developer, channel, ts, actionId: action });
}

describe.concurrent('traffic', () => {
  const inSteps = storyIn({ config: withRollout({ steps: [10, 50, 100], bake: '1s' }) });

  inSteps('moves in steps, each of which is watched', async ({ world }) => {
    const before = Object.keys(world.cloud.service(service)!.serving)[0]!;
    await world.type('/deploy backend staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    for (const percent of [10, 50, 100])
      expect(thread.text('shift')).toMatch(
        new RegExp(`At ${percent} %: HTTP 5xx: 0 % \\(limit 20 %, \\d+ samples\\)`),
      );
    const after = world.cloud.service(service)!;
    expect(Object.values(after.serving)).toEqual([100]);
    expect(Object.keys(after.serving)).not.toContain(before);
    expect(after.tags).toEqual({});
  });

  const slowly = storyIn({ config: withRollout({ steps: [10, 100], bake: '10m' }) });

  slowly('stays while somebody holds it, and goes on when somebody promotes', async ({ world }) => {
    await world.type('/deploy backend staging');
    await click(world, 'held');
    await withButton(world, 'resumed');
    expect(Object.values(world.cloud.service(service)!.serving).toSorted()).toEqual([10, 90]);
    await click(world, 'promoted');
    const promoted = await world.until(() => {
      const text = world.thread('staging-1').text('shift');
      return text.includes('At 100 %') ? text : undefined;
    });
    expect(promoted).toContain('At 10 %: HTTP 5xx');
    // The bake of 100 % is as long as the others; who has seen enough says so once more.
    await click(world, 'promoted');
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    expect(Object.values(world.cloud.service(service)!.serving)).toEqual([100]);
  });

  slowly('goes back when somebody cancels in the middle', async ({ world }) => {
    const before = world.cloud.service(service)!.serving;
    await world.type('/deploy backend staging');
    await click(world, 'cancelled');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('rolled-back');
    expect(thread.text('shift')).toContain('developer cancelled it. `CANCELLED`');
    expect(world.cloud.service(service)!.serving).toEqual(before);
    // The image is not to blame for what a person decided.
    expect(thread.text('restore')).not.toContain('quarantine');
  });

  slowly(
    'pauses when somebody else moves traffic, and puts it back when a person says so',
    async ({ world }) => {
      await world.type('/deploy backend staging');
      await withButton(world, 'held');
      const stable = Object.entries(world.cloud.service(service)!.serving).find(
        ([, percent]) => percent === 90,
      )![0];
      world.cloud.editTraffic(service, { [stable]: 100 });
      const asks = await withButton(world, 'overruled');
      expect(actionsOf(asks)).toEqual(['adopted', 'overruled', 'cancelled']);
      await world.until(() => {
        const told = world.thread('staging-1').text('shift').includes('somebody else changed the service');
        return told || undefined;
      });
      await click(world, 'overruled');
      await withButton(world, 'held');
      expect(Object.values(world.cloud.service(service)!.serving).toSorted()).toEqual([10, 90]);
    },
  );

  slowly('keeps what somebody else did when a person says so', async ({ world }) => {
    await world.type('/deploy backend staging');
    await withButton(world, 'held');
    const [one, other] = Object.keys(world.cloud.service(service)!.serving);
    world.cloud.editTraffic(service, { [one!]: 60, [other!]: 40 });
    await click(world, 'adopted');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('cancelled');
    expect(world.cloud.service(service)!.serving).toEqual({ [one!]: 60, [other!]: 40 });
  });

  slowly('a rollback stops the deploy that moves it, and needs no build', async ({ world }) => {
    await world.type('/deploy backend staging');
    await withButton(world, 'promoted');
    const before = world.cloud.builds().length;
    await world.type('/rollback backend staging');
    const stopped = await world.ended('staging-1');
    expect(stopped.state).toBe('rolled-back');
    const thread = await world.ended('staging-2');
    expect(thread.state).toBe('succeeded');
    expect(thread.text('choose')).toMatch(/^Back to backend-|^\*Back to\*/);
    expect(world.cloud.builds()).toHaveLength(before);
    const after = world.cloud.service(service)!;
    expect(Object.values(after.serving)).toEqual([100]);
    expect(thread.text('report')).toContain(Object.keys(after.serving)[0]);
  });

  const watched = storyIn({ config: withRollout({ steps: [50, 100], bake: '60s' }, health) });

  watched(
    'goes back by itself when users meet errors that no probe of the candidate saw',
    async ({ world }) => {
      const before = world.cloud.service(service)!.serving;
      await world.type('/deploy backend staging ref:http-500-30');
      const thread = await world.ended('staging-1');
      expect(thread.state).toBe('rolled-back');
      expect(thread.text('prove')).toContain('healthy');
      expect(thread.text('shift')).toContain('TRIGGER_FIRED');
      expect(thread.text('shift')).toMatch(/HTTP 5xx: \d+(?:\.\d)? % \(limit 20 %, \d+ samples\): fired/);
      expect(thread.text('report')).toContain('put back');
      const after = world.cloud.service(service)!;
      expect(after.serving).toEqual(before);
      expect(after.tags).toEqual({});
    },
  );
});
