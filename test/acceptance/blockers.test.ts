import { describe, expect } from 'vitest';
import { actionsOf } from '../support/buttons.ts';
import { storyIn } from '../support/story.ts';
import { deploys, people } from '../support/world.ts';

const story = storyIn({});
const name = 'chat-staging/backend';

describe.concurrent('what stands in the way', () => {
  story('build:local builds with the Docker of the worker', async ({ world }) => {
    await world.type('/deploy backend staging build:local');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.order).toEqual(['build', 'candidate', 'prove', 'shift', 'report']);
    expect(world.cloud.builds()).toEqual([]);
    expect(world.docker.builds()).toBe(1);
    const service = world.cloud.service(name)!;
    expect(Object.keys(service.serving)[0]).toMatch(/^backend-r1-/);
    expect(world.cloud.registry.refOf(service.image)).toBe('main');

    // The same image once more, without a build.
    const [, digest = ''] = service.image.split('@');
    await world.type(`/deploy backend staging image:${digest}`);
    const again = await world.ended('staging-2');
    expect(again.state).toBe('succeeded');
    expect(again.text('build')).toContain('nothing was built');
    expect(world.cloud.service(name)!.image).toBe(service.image);
    expect(world.docker.builds()).toBe(1);
  });

  story('a daemon that does not run blocks; Retry goes on when it does', async ({ world }) => {
    const before = world.cloud.service(name)!;
    await world.docker.daemon(false);
    await world.type('/deploy backend staging build:local');
    const thread = await world.ended('staging-1');

    expect(thread.state).toBe('blocked');
    expect(thread.order).toEqual(['preflight', 'report']);
    const host = world.docker.environment.DOCKER_HOST;
    const said = `Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`;
    for (const message of ['preflight', 'report']) {
      expect(thread.text(message)).toContain('*BLOCKED*');
      expect(thread.text(message)).toContain(said);
      expect(thread.text(message)).toContain('*Prevents* Build the image of backend');
      expect(thread.text(message)).toContain('*Do* Start Docker');
      expect(thread.text(message)).toContain(
        '*Ready* Slack channel · Google credentials · permissions on projects/',
      );
    }
    expect(thread.text('root')).toContain('blocked at Preflight');
    expect(thread.replies.at(-1)?.broadcast).toBe(true);
    expect(world.cloud.service(name)).toEqual(before);
    expect(world.docker.builds()).toBe(0);

    const [root] = thread.roots;
    expect(actionsOf(root!)).toEqual(['retry']);
    await world.docker.daemon(true);
    await world.slack.click({ user: people.developer, channel: deploys, ts: root!.ts, actionId: 'retry' });
    const retried = await world.ended('staging-2');
    expect(retried.state).toBe('succeeded');
    expect(world.docker.builds()).toBe(1);
    expect(world.cloud.builds()).toEqual([]);
  });

  story('a permission that is missing blocks, with who lacks it on what', async ({ world }) => {
    const before = world.cloud.service(name)!.serving;
    world.cloud.access.take(
      'run.services.update',
      'projects/chat-staging/locations/us-central1/services/backend',
    );
    await world.type('/deploy backend,auth staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('blocked');
    expect(thread.text('report')).toContain('permission run.services.update');
    expect(thread.text('report')).toContain('services/backend does not give run.services.update');
    expect(thread.text('report')).toContain('roles/run.developer');
    // Nothing was begun for the other one either.
    expect(world.cloud.builds()).toEqual([]);
    expect(world.cloud.service(name)!.serving).toEqual(before);

    world.cloud.access.give('run.services.update');
    await world.type('/deploy backend staging');
    expect((await world.ended('staging-2')).state).toBe('succeeded');
  });
});
