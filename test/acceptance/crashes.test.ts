import { describe, expect, it, vi } from 'vitest';
import { startWorld, type Thread, type World } from '../support/world.ts';

/** A lock lives 15 s and stalled jobs are looked for each 5 s, so a crash costs up to 20 s. */
const patience = { timeout: 180_000 };

/** Plays a story with a bot and a worker of its own. */
function story(play: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const world = await startWorld();
    try {
      await play(world);
    } finally {
      await world.stop();
    }
  };
}

/** Whatever was killed and whenever: one build, one revision, one root, one reply a step. */
function expectOneOfEach(world: World, thread: Thread, approval = false): void {
  expect(thread.state).toBe('succeeded');
  expect(thread.roots).toHaveLength(1);
  expect(thread.order.toSorted()).toEqual(
    ['build', 'candidate', 'prove', 'report', 'shift', ...(approval ? ['approval'] : [])].toSorted(),
  );
  expect(world.cloud.builds()).toHaveLength(1);
  const name = approval ? 'chat-production/backend' : 'chat-staging/backend';
  const made = world.cloud.revisions(name).filter((revision) => revision.name.includes('-r1-'));
  expect(made).toHaveLength(1);
  expect(world.cloud.service(name)!.serving).toEqual({ [made[0]!.name]: 100 });
  expect(world.cloud.service(name)!.tags).toEqual({});
}

async function heldIn(world: World, method: string): Promise<void> {
  await vi.waitFor(() => {
    expect(world.cloud.faults.held(method)).toBeGreaterThan(0);
  }, patience);
}

describe.concurrent('kill -9 of the worker', () => {
  it.each([
    { during: 'the creation of the build', method: 'CreateBuild', when: 'after' },
    { during: 'the build', method: 'GetBuild', when: 'before' },
    { during: 'the creation of the candidate', method: 'UpdateService', when: 'after' },
    { during: 'the wait for the candidate', method: 'GetRevision', when: 'before' },
  ] as const)('during $during', patience, ({ method, when }) =>
    story(async (world) => {
      await world.start('bot');
      const worker = await world.start('worker');
      const release = world.cloud.faults.hold(method, when);
      await world.type('/deploy backend staging');
      await heldIn(world, method);
      await worker.killed();
      release();
      await world.start('worker');
      expectOneOfEach(world, await world.ended('staging-1'));
    })(),
  );

  it(
    'while traffic moves',
    patience,
    story(async (world) => {
      await world.start('bot');
      const worker = await world.start('worker');
      await world.type('/deploy backend staging');
      await vi.waitFor(() => {
        expect(world.cloud.service('chat-staging/backend')!.tags).not.toEqual({});
      }, patience);
      const release = world.cloud.faults.hold('UpdateService', 'after');
      await heldIn(world, 'UpdateService');
      await worker.killed();
      release();
      await world.start('worker');
      expectOneOfEach(world, await world.ended('staging-1'));
    }),
  );

  it(
    'between the post of the root message and its note',
    patience,
    story(async (world) => {
      await world.start('bot');
      const worker = await world.start('worker');
      // Slack stores the message, but its answer is lost with the worker.
      const posted = world.until(() => world.thread('staging-1').roots[0]);
      world.slack.faults.fail('chat.postMessage', 'drop-after');
      await world.type('/deploy backend staging');
      await posted;
      await worker.killed();
      await world.start('worker');
      expectOneOfEach(world, await world.ended('staging-1'));
    }),
  );
});

describe.concurrent('other ends', () => {
  it(
    'kill -9 of bot and worker while an approval is awaited',
    patience,
    story(async (world) => {
      const bot = await world.start('bot');
      const worker = await world.start('worker');
      await world.type('/deploy backend production');
      const { channel, ts } = await world.until(() => waiting(world));
      await Promise.all([bot.killed(), worker.killed()]);
      await Promise.all([world.start('bot'), world.start('worker')]);
      await world.slack.click({ user: 'U0REVIEWER', channel, ts, actionId: 'approve' });
      expectOneOfEach(world, await world.ended('production-1'), true);
    }),
  );

  it(
    'SIGTERM hands the operation over at once',
    patience,
    story(async (world) => {
      await world.start('bot');
      const first = await world.start('worker');
      const release = world.cloud.faults.hold('GetBuild');
      await world.type('/deploy backend staging');
      await heldIn(world, 'GetBuild');
      const second = await world.start('worker');
      first.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      // The lock of a killed worker would hold for 15 s more; a handed-over job is taken at once.
      await heldIn(world, 'GetBuild');
      release();
      expectOneOfEach(world, await world.ended('staging-1'));
      second.kill('SIGTERM');
      expect(await second.ended).toBe(0);
    }),
  );

  it(
    'a Redis that restarts in the middle loses nothing',
    patience,
    story(async (world) => {
      await world.start('start');
      const release = world.cloud.faults.hold('GetRevision');
      await world.type('/deploy backend staging');
      await heldIn(world, 'GetRevision');
      await world.redis.kill();
      await world.redis.restart();
      release();
      expectOneOfEach(world, await world.ended('staging-1'));
    }),
  );
});

function waiting(world: World) {
  const [root] = world.thread('production-1').roots;
  return root?.blocks.some((block) => block.type === 'actions') === true ? root : undefined;
}
