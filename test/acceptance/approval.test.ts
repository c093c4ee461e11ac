import { describe, expect } from 'vitest';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';
import { storyIn } from '../support/story.ts';
import { deploys, people, type World, withoutValidation } from '../support/world.ts';

interface Click {
  readonly actionId: 'approve' | 'reject';
  readonly user: string;
  /** What the button carried when it was seen. Default: what it carries now. */
  readonly value?: string;
}

/** What the buttons of a message carry, for a click on what was seen a while ago. */
function valueOf({ blocks }: StoredMessage): string {
  const actions = blocks.find((block) => block['block_id'] === 'decision') as unknown as {
    elements: { value: string }[];
  };
  return actions.elements[0]!.value;
}

/** Clicks, and waits for the private answer to it. */
function refused(world: World, { ts }: StoredMessage, { actionId, user, value }: Click) {
  const button = { actionId, stale: true, ...(value === undefined ? {} : { value }) };
  return world.answered(user, () => world.slack.click({ user, channel: deploys, ts, ...button }));
}

const click = (world: World, { ts }: StoredMessage, button: Click) =>
  world.slack.click({ channel: deploys, ts, stale: true, ...button });

const story = storyIn({});

describe.concurrent('an approval in production', () => {
  story(
    'is refused to the requester and to outsiders, and given by somebody else of the group',
    async ({ world }) => {
      const before = world.cloud.service('chat-production/backend')!.serving;
      await world.type('/deploy backend production');
      const root = await world.approvalAsked('production-1');
      expect(world.thread('production-1').text('approval')).toContain('<!subteam^S0APPROVERS>');

      const self = await refused(world, root, { actionId: 'approve', user: people.developer });
      expect(self.text).toContain('APPROVAL_SELF');
      const outsider = await refused(world, root, { actionId: 'approve', user: people.guest });
      expect(outsider.text).toContain('NOT_AN_APPROVER');
      expect(world.cloud.service('chat-production/backend')!.serving).toEqual(before);

      await click(world, root, { actionId: 'approve', user: people.reviewer });
      const thread = await world.ended('production-1');
      expect(thread.state).toBe('succeeded');
      expect(thread.text('approval')).toContain('*Approved* by reviewer');
      expect(thread.text('report')).toContain('*Approved by* reviewer');
      expect(Object.keys(world.cloud.service('chat-production/backend')!.serving)[0]).toMatch(/^backend-r1-/);

      const late = await refused(world, root, {
        actionId: 'approve',
        user: people.operator,
        value: valueOf(root),
      });
      expect(late.text).toContain('APPROVAL_OVER');
      expect(late.text).toContain('already approved by reviewer');
    },
  );

  story('can be denied, which ends the deploy with nothing changed', async ({ world }) => {
    const before = world.cloud.service('chat-production/auth')!;
    await world.type('/deploy auth production');
    const root = await world.approvalAsked('production-1');
    await click(world, root, { actionId: 'reject', user: people.operator });
    const thread = await world.ended('production-1');
    expect(thread.state).toBe('rejected');
    expect(thread.text('report')).toContain('operator rejected it');
    expect(thread.roots[0]!.blocks.some((block) => block.type === 'actions')).toBe(false);
    expect(world.cloud.service('chat-production/auth')).toEqual(before);
  });

  story('is void when somebody changes the service meanwhile, and is asked for anew', async ({ world }) => {
    await world.type('/deploy frontend production');
    const root = await world.approvalAsked('production-1');
    const shown = world.thread('production-1').text('approval');
    world.cloud.editService('chat-production/frontend', (draft) => {
      draft.template.containers[0]!.env = [];
    });
    await world.slack.click({ user: people.reviewer, channel: deploys, ts: root.ts, actionId: 'approve' });
    const again = await world.until(() => {
      const now = world.thread('production-1').text('approval');
      return now.startsWith('*Approval needed*') && now !== shown ? now : undefined;
    });
    expect(again).toContain(
      'The approval by reviewer is void: the configuration of the service (env E2E_TEST_ENV, env LOG_LEVEL, env SERVICE_NAME) changed since.',
    );
    const stale = await refused(world, root, {
      actionId: 'approve',
      user: people.operator,
      value: valueOf(root),
    });
    expect(stale.text).toContain('APPROVAL_OUTDATED');
    expect(world.thread('production-1').order).not.toContain('candidate');
  });
});

const hasty = storyIn({
  config: (yaml) => withoutValidation(yaml).replace('expires: 30m', 'expires: 1s'),
});

hasty('an approval that nobody gives expires, and nothing is deployed', async ({ world }) => {
  const before = world.cloud.service('chat-production/backend')!;
  await world.type('/deploy backend production');
  const thread = await world.ended('production-1');
  expect(thread.state).toBe('expired');
  expect(thread.text('approval')).toContain('Nobody approved in time');
  expect(thread.text('report')).toContain('APPROVAL_EXPIRED');
  expect(world.cloud.service('chat-production/backend')).toEqual(before);
});
