import { describe, expect } from 'vitest';
import { changing } from '../support/example.ts';
import { storyIn } from '../support/story.ts';
import { withoutValidation } from '../support/world.ts';

/** A fourth service, which Cloud Run has never heard of. */
const withWorker = changing(({ services }) => {
  const image = 'us-central1-docker.pkg.dev/chat-staging/apps/worker';
  Object.assign(services, {
    worker: { build: { repository: 'https://github.com/example/chat.git', image } },
  });
});

const story = storyIn({ config: (yaml) => withWorker(withoutValidation(yaml)) });

describe.concurrent('/deploy backend staging', () => {
  story(
    'builds, creates a candidate, checks it, gives it the traffic and tells it in one thread',
    async ({ world }) => {
      const before = world.cloud.service('chat-staging/auth')!.serving;
      await world.type('/deploy auth staging');
      const thread = await world.ended('staging-1');

      expect(thread.state).toBe('succeeded');
      expect(thread.order).toEqual(['build', 'candidate', 'prove', 'shift', 'report']);
      expect(thread.text('root')).toMatch(/^\*Deploy auth to staging\* · staging #1 · succeeded in \d/);
      expect(thread.text('prove')).toContain('GET /health: healthy, 20 of 20');
      expect(thread.text('report')).toContain('100 %');

      const service = world.cloud.service('chat-staging/auth')!;
      const [candidate] = Object.keys(service.serving);
      expect(candidate).toMatch(/^auth-r1-[a-z0-9]{6}$/);
      expect(service.serving).toEqual({ [candidate!]: 100 });
      expect(service.serving).not.toEqual(before);
      expect(service.tags).toEqual({});
      expect(service.image).toMatch(/@sha256:[0-9a-f]{64}$/);
      const health = await fetch(new URL('/health', service.uri));
      expect(await health.json()).toMatchObject({ revision: candidate });
    },
  );

  story('tells the failing step of a build and its last lines, and touches nothing', async ({ world }) => {
    const before = world.cloud.service('chat-staging/frontend')!;
    await world.type('/deploy frontend staging ref:build-broken');
    const thread = await world.ended('staging-1');

    expect(thread.state).toBe('failed');
    expect(thread.order).toEqual(['build', 'report']);
    expect(thread.text('build')).toContain('BUILD_FAILED');
    expect(thread.text('build')).toContain('docker build');
    expect(thread.text('build')).toContain("AssertionError: assert 'general' == 'billing'");
    expect(thread.text('report')).toContain('*Traffic* untouched');
    expect(world.cloud.service('chat-staging/frontend')).toEqual(before);
  });

  story('tells why a candidate does not start, and leaves users where they are', async ({ world }) => {
    const before = world.cloud.service('chat-staging/backend')!.serving;
    await world.type('/deploy backend staging ref:startup-crash');
    const thread = await world.ended('staging-1');

    expect(thread.state).toBe('failed');
    expect(thread.order).toEqual(['build', 'candidate', 'restore', 'report']);
    expect(thread.text('candidate')).toContain('HEALTH_CHECK_CONTAINER_ERROR');
    expect(thread.text('candidate')).toContain("NameError: name 'DatabaseSessionManager' is not defined");
    expect(thread.text('candidate')).toMatch(
      /Cause\* `NameError: .*` at `\/app\/app\/agents\/supervisor\.py:27`, in revision backend-r\d+-\w+, which changed: image/,
    );
    expect(thread.text('report')).toContain('*Known cause* A name or a package is missing');
    expect(thread.text('candidate')).toContain('supervisor.py:27');
    expect(thread.text('restore')).toContain("The candidate's tag is removed");
    expect(thread.text('report')).toContain('DatabaseSessionManager');
    expect(thread.replies.at(-1)?.broadcast).toBe(true);

    const service = world.cloud.service('chat-staging/backend')!;
    expect(service.serving).toEqual(before);
    expect(service.tags).toEqual({});
    expect(service.traffic.map(({ revision }) => revision)).toEqual(Object.keys(before));
  });

  story('does not give users a candidate that is ready but unhealthy', async ({ world }) => {
    const before = world.cloud.service('chat-staging/backend')!.serving;
    await world.type('/deploy backend staging ref:health-500');
    const thread = await world.ended('staging-1');

    expect(thread.state).toBe('failed');
    expect(thread.text('prove')).toContain('CANDIDATE_UNHEALTHY');
    expect(thread.text('prove')).toContain('HTTP 500');
    expect(world.cloud.service('chat-staging/backend')!.serving).toEqual(before);
  });

  story('leaves alone what somebody else did to the traffic meanwhile', async ({ world }) => {
    const name = 'chat-staging/backend';
    await world.type('/deploy backend staging');
    await world.ended('staging-1');
    // The candidate fails its checks, and its log is asked for: nobody was moved yet.
    const release = world.cloud.faults.hold('ListLogEntries');
    await world.type('/deploy backend staging ref:health-500');
    await world.held('ListLogEntries', 1);
    const [old] = world.cloud.revisions(name).map((revision) => revision.name);
    world.cloud.editService(name, (draft) => {
      draft.traffic.splice(0, draft.traffic.length, {
        type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
        revision: old!,
        percent: 100,
        tag: 'mine',
      });
    });
    release();
    const thread = await world.ended('staging-2');
    expect(thread.state).toBe('failed');
    expect(thread.text('report')).toContain(`*Traffic* untouched: ${old!} 100 %`);
    const service = world.cloud.service(name)!;
    expect(service.serving).toEqual({ [old!]: 100 });
    expect(Object.keys(service.tags)).toEqual(['mine']);
  });

  story('creates a service that does not exist yet', async ({ world }) => {
    await world.type('/deploy worker staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.text('candidate')).toContain('it is the first revision of the service');
    const service = world.cloud.service('chat-staging/worker')!;
    expect(Object.values(service.serving)).toEqual([100]);
    expect(service.tags).toEqual({});
  });
});
