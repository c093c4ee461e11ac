import { describe, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { storyIn } from '../support/story.ts';
import { deploys, people, withoutValidation, type World } from '../support/world.ts';

const services = ['backend', 'auth', 'frontend'] as const;
const serving = (world: World, project = 'chat-staging') =>
  services.map((name) => world.cloud.service(`${project}/${name}`)!.serving);

/** auth never answers what is asked of it here. */
const withBadAuth = (yaml: string): string => {
  const document = parse(withoutValidation(yaml)) as { services: Record<string, object> };
  Object.assign(document.services['auth']!, { health: [{ path: '/missing' }] });
  return stringify(document);
};

describe.concurrent('several services', () => {
  const story = storyIn({ config: withoutValidation });

  story('are deployed in one thread, each after those it builds upon', async ({ world }) => {
    const before = serving(world);
    await world.type('/deploy all staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.roots).toHaveLength(1);
    const moved = services.map((name) => thread.order.indexOf(`${name}/shift`));
    expect(moved).toEqual(moved.toSorted((a, b) => a - b));
    expect(moved[0]).toBeGreaterThan(0);
    for (const [index, split] of serving(world).entries()) {
      expect(Object.values(split)).toEqual([100]);
      expect(split).not.toEqual(before[index]);
    }
    expect(thread.text('report')).toContain('Deploy backend, auth, frontend to staging');

    await world.type('/rollback auth,backend staging');
    const back = await world.ended('staging-2');
    expect(back.state).toBe('succeeded');
    // The other way round: nobody stands on what is taken away.
    expect(back.order.indexOf('auth/shift')).toBeLessThan(back.order.indexOf('backend/shift'));
    expect(serving(world).slice(0, 2)).toEqual(before.slice(0, 2));
  });

  story('wait for one approval that binds every image', async ({ world }) => {
    const before = serving(world, 'chat-production');
    await world.type('/deploy backend,auth production');
    const root = await world.until(() => {
      const asked = world.thread('production-1').order.includes('approval');
      return asked ? world.thread('production-1').roots[0] : undefined;
    });
    const question = world.thread('production-1').text('approval');
    expect(question).toMatch(/\*backend\* `[0-9a-f]{12}`, serving now backend-\d+/);
    expect(question).toMatch(/\*auth\* `[0-9a-f]{12}`, serving now auth-\d+/);
    expect(serving(world, 'chat-production')).toEqual(before);
    await world.slack.click({ user: people.reviewer, channel: deploys, ts: root.ts, actionId: 'approve' });
    const thread = await world.ended('production-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.order.filter((key) => key === 'approval')).toHaveLength(1);
    expect(serving(world, 'chat-production')[2]).toEqual(before[2]);
  });

  const apart = storyIn({ config: withoutValidation, running: ['bot'] });

  apart('go on elsewhere, each from where it was, when their worker is killed', async ({ world }) => {
    const worker = await world.start('worker');
    const building = world.cloud.faults.hold('GetBuild');
    await world.type('/deploy backend,auth staging');
    await world.held('GetBuild', 2);
    await worker.killed();
    building();
    await world.start('worker');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(world.cloud.builds()).toHaveLength(2);
    for (const name of ['backend', 'auth']) {
      const made = world.cloud.revisions(`chat-staging/${name}`).filter((each) => each.name.includes('-r1-'));
      expect(made).toHaveLength(1);
      expect(world.cloud.service(`chat-staging/${name}`)!.serving).toEqual({ [made[0]!.name]: 100 });
    }
  });

  const bad = storyIn({ config: withBadAuth });

  bad('go back when one of them fails, and those behind it are left alone', async ({ world }) => {
    const before = serving(world);
    await world.type('/deploy all staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('rolled-back');
    expect(thread.text('auth/prove')).toContain('CANDIDATE_UNHEALTHY');
    expect(thread.text('backend/restore')).toContain('Traffic put back');
    expect(thread.order).not.toContain('frontend/candidate');
    expect(thread.text('report')).toContain('auth: ');
    expect(serving(world)).toEqual(before);
    // It did nothing wrong itself.
    expect(thread.text('backend/restore')).not.toContain('quarantine');
    for (const name of services) expect(world.cloud.service(`chat-staging/${name}`)!.tags).toEqual({});
  });
});
