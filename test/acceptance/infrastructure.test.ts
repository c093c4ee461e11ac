import { describe, expect, vi } from 'vitest';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';
import { changing } from '../support/example.ts';
import { storyIn } from '../support/story.ts';
import { deploys, patience, people, type World, withoutValidation } from '../support/world.ts';

/** One look is enough where nothing is between users and the services; minutes of locks are no story. */
const quick = (yaml: string): string =>
  changing(({ environments }) => {
    for (const { infrastructure } of Object.values(environments))
      Object.assign(infrastructure as object, { propagation: { times: 1 }, lockWait: '1s' });
  })(withoutValidation(yaml));

const story = storyIn({ config: quick });
const alone = storyIn({ config: quick, running: [] });

const click = (world: World, { ts }: StoredMessage, user: string) =>
  world.slack.click({ user, channel: deploys, ts, actionId: 'approve', stale: true });

const timeoutOf = (world: World, environment: string) =>
  world.terraform.state(environment).outputs['timeout_sec']?.value;

describe.concurrent('infrastructure', { timeout: 180_000 }, () => {
  story(
    'is planned, applied, seen and remembered, and goes back to what was applied well before',
    async ({ world }) => {
      await world.type('/deploy infrastructure staging ref:timeout-hour');
      const wrong = await world.ended('staging-1');
      expect(wrong.state).toBe('failed');
      expect(wrong.text('outputs')).toContain('timeout_sec is 3600, wanted 86400');

      await world.type('/deploy infrastructure staging');
      const thread = await world.ended('staging-2');
      expect(thread.state).toBe('succeeded');
      expect(thread.order).toEqual(['lint', 'plan', 'apply', 'propagate', 'outputs', 'report']);
      const { main, 'timeout-hour': hour } = world.terraform.commits;
      expect(thread.text('lint')).toContain(main.slice(0, 12));
      expect(thread.text('plan')).toContain('*Plan* 0 to add, 1 to change, 0 to destroy');
      expect(thread.text('plan')).toContain('`timeout_sec` `3600` → `86400`');
      expect(thread.text('apply')).toContain(`before \`${hour.slice(0, 12)}\``);
      expect(thread.text('report')).toContain('*Approval* not needed: nothing is destroyed');
      expect(timeoutOf(world, 'staging')).toBe(86_400);
      expect(JSON.stringify(world.slack.messages(deploys))).not.toContain('hush-4711');

      await world.type('/deploy infrastructure staging ref:without-paths');
      const root = await world.approvalAsked('staging-3');
      expect(world.thread('staging-3').text('approval')).toContain(
        '• google_compute_url_map.chat: `DESTROYED`',
      );
      await click(world, root, people.reviewer);
      expect((await world.ended('staging-3')).state).toBe('succeeded');

      await world.type('/rollback infrastructure staging');
      const back = await world.ended('staging-4');
      expect(back.state).toBe('succeeded');
      expect(back.text('lint')).toContain(`${main.slice(0, 12)}\`, as staging #2 has applied it`);
      expect(back.text('plan')).toContain('1 to add, 0 to change, 0 to destroy');
    },
  );

  story('asks again when the state is no longer the one that was approved', async ({ world }) => {
    await world.type('/deploy infrastructure production');
    const root = await world.approvalAsked('production-1');
    const shown = world.thread('production-1').text('approval');
    expect(shown).toContain('timeout_sec: `30` → `86400`');
    world.terraform.changeByHand('production', 60);
    await click(world, root, people.reviewer);
    const again = await world.until(() => {
      const now = world.thread('production-1').text('approval');
      return now.startsWith('*Approval needed*') && now !== shown ? now : undefined;
    });
    expect(again).toContain('The approval by reviewer is void: the plan');
    expect(again).toContain('timeout_sec: `60` → `86400`');
    expect(timeoutOf(world, 'production')).toBe(60);
    await click(world, await world.approvalAsked('production-1'), people.reviewer);
    const thread = await world.ended('production-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.text('report')).toContain('*Approved by* reviewer');
    expect(timeoutOf(world, 'production')).toBe(86_400);

    const { ID } = await world.terraform.lock('production');
    await world.type('/deploy infrastructure production ref:timeout-hour');
    const blocked = await world.ended('production-2');
    expect(blocked.state).toBe('blocked');
    expect(blocked.text('plan')).toContain('STATE_LOCKED');
    expect(blocked.text('plan')).toContain(`force-unlock ${ID}`);
  });

  alone('goes on in another worker when one is killed in the middle of an apply', async ({ world }) => {
    const [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
    world.terraform.hold();
    await world.type('/deploy infrastructure staging');
    await vi.waitFor(() => {
      expect(world.terraform.held()).toBe(true);
    }, patience);
    await worker.killed();
    await world.start('worker');
    // What the killed worker has left running ends by itself.
    world.terraform.release();
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.text('apply')).toContain('*Applied*');
    expect(timeoutOf(world, 'staging')).toBe(86_400);
  });
});
