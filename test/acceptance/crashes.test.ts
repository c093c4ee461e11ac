import { Redis } from 'ioredis';
import { describe, expect, vi } from 'vitest';
import { queueNames, queuePrefix } from '../../src/queue/names.ts';
import { storyIn } from '../support/story.ts';
import type { Thread } from '../support/thread.ts';
import { patience, type World } from '../support/world.ts';

/** A lock lives 15 s and stalled jobs are looked for each 4 s, so a crash costs up to 20 s. */
const patient = { timeout: 180_000 };
/** Each starts its own processes, because it kills them. */
const story = storyIn({ running: [] });

/** Bot and worker apart, side by side. @returns them in this order. */
async function startBoth(world: World) {
  return Promise.all([world.start('bot'), world.start('worker')]);
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

describe.concurrent('an end in the middle', patient, () => {
  story.for([
    { during: 'the creation of the build', method: 'CreateBuild', when: 'after' },
    { during: 'the build', method: 'GetBuild', when: 'before' },
    { during: 'the creation of the candidate', method: 'UpdateService', when: 'after' },
    { during: 'the wait for the candidate', method: 'GetRevision', when: 'before' },
  ] as const)('kill -9 of the worker during $during', async ({ method, when }, { world }) => {
    const [, worker] = await startBoth(world);
    const release = world.cloud.faults.hold(method, when);
    await world.type('/deploy backend staging');
    await world.held(method);
    await worker.killed();
    release();
    await world.start('worker');
    expectOneOfEach(world, await world.ended('staging-1'));
  });

  story('kill -9 of the worker while traffic moves', async ({ world }) => {
    const [, worker] = await startBoth(world);
    const create = world.cloud.faults.hold('GetRevision');
    await world.type('/deploy backend staging');
    await world.held('GetRevision');
    // The candidate is written: what is written next is the traffic.
    const release = world.cloud.faults.hold('UpdateService', 'after');
    create();
    await world.held('UpdateService');
    await worker.killed();
    release();
    await world.start('worker');
    expectOneOfEach(world, await world.ended('staging-1'));
  });

  story('kill -9 of the worker between the post of the root message and its note', async ({ world }) => {
    const [, worker] = await startBoth(world);
    // Slack stores the message, but its answer is lost with the worker.
    const posted = world.until(() => world.thread('staging-1').roots[0]);
    world.slack.faults.fail('chat.postMessage', 'drop-after');
    await world.type('/deploy backend staging');
    await posted;
    await worker.killed();
    await world.start('worker');
    expectOneOfEach(world, await world.ended('staging-1'));
  });
  story('kill -9 of the bot between the ledger and the queue', async ({ world }) => {
    const bot = await world.start('bot');
    await world.type('/deploy backend staging');
    await forgetJobs(world);
    await bot.killed();
    await world.start('worker');
    expectOneOfEach(world, await world.ended('staging-1'));
  });

  story('kill -9 of bot and worker while an approval is awaited', async ({ world }) => {
    const [bot, worker] = await startBoth(world);
    await world.type('/deploy backend production');
    const { channel, ts } = await world.until(() => waiting(world));
    await Promise.all([bot.killed(), worker.killed()]);
    await startBoth(world);
    await world.slack.click({ user: 'U0REVIEWER', channel, ts, actionId: 'approve' });
    expectOneOfEach(world, await world.ended('production-1'), true);
  });

  story('SIGTERM hands the operation over at once', async ({ world }) => {
    const [, first] = await startBoth(world);
    const release = world.cloud.faults.hold('GetBuild');
    await world.type('/deploy backend staging');
    await world.held('GetBuild');
    const second = await world.start('worker');
    first.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    // The lock of a killed worker would hold for 15 s more; a handed-over job is taken at once.
    await world.held('GetBuild');
    release();
    expectOneOfEach(world, await world.ended('staging-1'));
    second.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  story('a Redis that restarts in the middle loses nothing', async ({ world }) => {
    await world.start('start');
    const release = world.cloud.faults.hold('GetRevision');
    await world.type('/deploy backend staging');
    await world.held('GetRevision');
    await world.redis.kill();
    await world.redis.restart();
    release();
    expectOneOfEach(world, await world.ended('staging-1'));
  });
});

function waiting(world: World) {
  const [root] = world.thread('production-1').roots;
  return root?.blocks.some((block) => block['block_id'] === 'decision') === true ? root : undefined;
}

/** Leaves the ledger as a crash before its job and its announcement were added would have. */
async function forgetJobs(world: World): Promise<void> {
  const redis = new Redis(world.redis.url);
  try {
    const added = [queueNames.operations, queueNames.announce].map((queue) => `${queuePrefix}:${queue}:*`);
    for (const pattern of added) {
      const keys = await vi.waitFor(async () => {
        const found = await redis.keys(pattern);
        expect(found.some((key) => key.endsWith(':marker'))).toBe(true);
        return found;
      }, patience);
      await redis.del(...keys);
    }
  } finally {
    redis.disconnect();
  }
}
