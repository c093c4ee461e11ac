import { describe, expect } from 'vitest';
import { storyIn } from '../support/story.ts';

const story = storyIn({});

describe.concurrent('what slipway leans on is away', () => {
  story('Google answers 503 and loses answers: still one build and one revision', async ({ world }) => {
    for (const method of ['GetService', 'ListBuilds', 'GetBuild', 'GetRevision'])
      world.cloud.faults.fail(method, 'UNAVAILABLE', 2);
    for (const method of ['CreateBuild', 'UpdateService'])
      world.cloud.faults.fail(method, 'UNAVAILABLE', 1, 'after');
    await world.type('/deploy backend staging');
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    expect(world.cloud.builds()).toHaveLength(1);
    const made = world.cloud.revisions('chat-staging/backend').filter(({ name }) => name.includes('-r1-'));
    expect(made).toHaveLength(1);
  });

  story('Google says no: the person reads which permission is missing', async ({ world }) => {
    world.cloud.faults.fail('CreateBuild', 'PERMISSION_DENIED');
    await world.type('/deploy backend staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('failed');
    expect(thread.text('build')).toContain('PERMISSION_DENIED');
    expect(thread.text('build')).toContain('cloudbuild.builds.create');
  });

  story(
    'Slack answers 429, loses an answer and fails: one root, one reply a step, the end is told',
    async ({ world }) => {
      world.slack.faults.rateLimit('chat.postMessage', 1);
      world.slack.faults.fail('chat.postMessage', 'drop-after');
      world.slack.faults.fail('chat.update', 'error-5xx', 2);
      await world.type('/deploy auth staging');
      const thread = await world.ended('staging-1');
      expect(thread.state).toBe('succeeded');
      expect(thread.roots).toHaveLength(1);
      expect(thread.order).toEqual(['build', 'candidate', 'prove', 'shift', 'report']);
    },
  );

  story('Slack recycles its sockets: the bot is back by itself', async ({ world }) => {
    const gone = world.until(() => (world.slack.connections() === 0 ? true : undefined));
    world.slack.faults.dropSockets();
    await gone;
    await world.until(() => (world.slack.connections() > 0 ? true : undefined));
    await world.type('/deploy frontend staging');
    expect((await world.ended('staging-1')).state).toBe('succeeded');
  });

  story('Slack is down for a while: nothing is lost', async ({ world }) => {
    const release = world.cloud.faults.hold('GetBuild');
    await world.type('/deploy frontend staging');
    await world.until(() => world.thread('staging-1').roots[0]);
    world.slack.faults.down(true);
    release();
    await world.until(() => (world.slack.connections() === 0 ? true : undefined));
    world.slack.faults.down(false);
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.roots).toHaveLength(1);
    await world.until(() => (world.slack.connections() > 0 ? true : undefined));
  });
});
