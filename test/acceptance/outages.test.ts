import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';

describe('what slipway leans on is away', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.start('start');
  });
  afterAll(() => world.stop());

  it('Google answers 503 and loses answers: still one build and one revision', async () => {
    for (const method of ['GetService', 'ListBuilds', 'GetBuild', 'GetRevision'])
      world.cloud.faults.fail(method, 'UNAVAILABLE', 2);
    for (const method of ['CreateBuild', 'UpdateService'])
      world.cloud.faults.fail(method, 'UNAVAILABLE', 1, 'after');
    await world.type('/deploy backend staging');
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    expect(world.cloud.builds()).toHaveLength(1);
    expect(world.cloud.revisions('chat-staging/backend')).toHaveLength(2);
  });

  it('Google says no: the person reads which permission is missing', async () => {
    world.cloud.faults.fail('CreateBuild', 'PERMISSION_DENIED');
    await world.type('/deploy backend staging');
    const thread = await world.ended('staging-2');
    expect(thread.state).toBe('failed');
    expect(thread.text('build')).toContain('PERMISSION_DENIED');
    expect(thread.text('build')).toContain('cloudbuild.builds.create');
  });

  it('Slack answers 429, loses an answer and fails: one root, one reply a step, the end is told', async () => {
    world.slack.faults.rateLimit('chat.postMessage', 1);
    world.slack.faults.fail('chat.postMessage', 'drop-after');
    world.slack.faults.fail('chat.update', 'error-5xx', 2);
    await world.type('/deploy auth staging');
    const thread = await world.ended('staging-3');
    expect(thread.state).toBe('succeeded');
    expect(thread.roots).toHaveLength(1);
    expect(thread.order).toEqual(['build', 'candidate', 'prove', 'shift', 'report']);
  });

  it('Slack recycles its sockets: the bot is back by itself', async () => {
    const gone = world.until(() => (world.slack.connections() === 0 ? true : undefined));
    world.slack.faults.dropSockets();
    await gone;
    await world.until(() => (world.slack.connections() > 0 ? true : undefined));
    await world.type('/deploy frontend staging');
    expect((await world.ended('staging-4')).state).toBe('succeeded');
  });

  it('Slack is down for a while: nothing is lost', async () => {
    const release = world.cloud.faults.hold('GetBuild');
    await world.type('/deploy frontend staging');
    await world.until(() => world.thread('staging-5').roots[0]);
    world.slack.faults.down(true);
    release();
    await world.until(() => (world.slack.connections() === 0 ? true : undefined));
    world.slack.faults.down(false);
    const thread = await world.ended('staging-5');
    expect(thread.state).toBe('succeeded');
    expect(thread.roots).toHaveLength(1);
    await world.until(() => (world.slack.connections() > 0 ? true : undefined));
  });
});
