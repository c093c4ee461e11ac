import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { actionsOf } from '../support/buttons.ts';
import { storyIn } from '../support/story.ts';
import { deploys, people, type World, withoutValidation } from '../support/world.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-rounds-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const program = path.resolve(import.meta.dirname, '../support/suite-program.mjs');

/** Which tests fail from now on. */
function failing(name: string, ...tests: readonly string[]): void {
  writeFileSync(path.join(folder, name), tests.join('\n'));
}

/** The example with a suite that reads which of its tests fail from a file of the story's own. */
const withSuite = (name: string) => (yaml: string) =>
  stringify({
    ...(parse(withoutValidation(yaml)) as object),
    suites: {
      e2e: { command: [process.execPath, program, path.join(folder, name)], report: { junit: 'stdout' } },
    },
  });

/** Waits until rounds wait for a person, after so many, and have told of the last one. */
const between = (world: World, rounds: number) =>
  world.until(() => {
    const thread = world.thread('staging-1');
    const [root] = thread.roots;
    if (root?.text.includes(`waits after round ${rounds}:`) !== true) return undefined;
    const told = /\*Tests\*/.test(thread.text(`round-${rounds}`));
    return told && actionsOf(root).includes('round-deploy') ? root : undefined;
  });

const click = (world: World, ts: string, button: { actionId: string; value?: string; stale?: boolean }) =>
  world.slack.click({ user: people.developer, channel: deploys, ts, ...button });

/** Deploys the next round from this ref, as the window asks for it. */
async function deployNext(world: World, ts: string, ref: string): Promise<void> {
  await click(world, ts, { actionId: 'round-deploy' });
  const view = await world.until(() => world.slack.modals().find(({ user }) => user === people.developer));
  await world.slack.submit({
    user: people.developer,
    viewId: view.id,
    values: { ref: { text: { type: 'plain_text_input', value: ref } } },
  });
}

describe.concurrent('rounds', () => {
  const story = storyIn({ config: withSuite('green') });
  story('go on until all tests pass, in one thread', async ({ world }) => {
    failing('green', 'test_1.connects', 'test_3.answers');
    await world.type('/rounds start backend staging suites:e2e');
    const first = await between(world, 1);
    const seen = world.thread('staging-1');
    expect(seen.text('round-1')).toContain('8 of 10 green');
    expect(seen.text('round-1')).toContain('*Finding* 2 tests: HTTP 403 at upgrade');
    expect(actionsOf(first)).toEqual(['round-deploy', 'round-again', 'round-stop']);

    await click(world, first.ts, { actionId: 'round-again' });
    const second = await between(world, 2);
    expect(world.thread('staging-1').text('round-2')).toContain('*Still failing* 2');
    expect(world.cloud.builds()).toHaveLength(1);

    failing('green');
    await deployNext(world, second.ts, 'feature/next');
    const end = await world.ended('staging-1');
    expect(end.state).toBe('succeeded');
    expect(end.order).toEqual(['round-1', 'round-2', 'round-3', 'report']);
    expect(end.text('round-3')).toContain('8 of 10 → 10 of 10 green');
    expect(end.text('round-3')).toContain('*Newly fixed* 2');
    expect(end.text('report')).toContain('all green after 3 rounds');
    expect(end.text('report')).toContain('✓ All tests of e2e pass: 10 of 10 modules, 20 of 20 tests');
    expect(world.cloud.builds().map(({ ref }) => ref)).toEqual(['main', 'feature/next']);
  });
});

describe.concurrent('a round that something stands in the way of', () => {
  const story = storyIn({ config: withSuite('blocked') });
  story('says so, is done again by a button, and takes over what was built', async ({ world }) => {
    failing('blocked', 'test_1.connects');
    const started = '/rounds start backend,auth staging suites:e2e build:local';
    await world.type(started);
    const first = await between(world, 1);
    expect(world.thread('staging-1').text('round-1')).toContain('9 of 10 green');
    const again = await world.asked(started.replace('auth', 'frontend'));
    expect(again.text).toContain('ROUNDS_RUNNING');
    expect((await world.asked('/rounds start frontend staging suites:e2e watch')).text).toContain(
      'NO_TRIGGER',
    );

    await world.docker.daemon(false);
    await deployNext(world, first.ts, 'feature/next');
    const second = await between(world, 2);
    expect(second.text).toContain('waits after round 2: blocked by Docker daemon');
    const say = async (word: string) =>
      world.answered(people.developer, () =>
        world.slack.mention({
          user: people.developer,
          channel: deploys,
          threadTs: first.ts,
          text: `<@U0SLIPWAY> ${word}`,
        }),
      );
    const told = world.thread('staging-1').text('round-2');
    expect(told).toContain('*Evidence* `Cannot connect to the Docker daemon');
    expect(told).toContain('*Prevents* Build the image of backend; Build the image of auth');
    expect(told).toContain('*Ready* Slack channel');
    expect(told).toContain('*Expected of the next round* Docker daemon out of the way');
    expect(actionsOf(second)).toEqual(['round-retry', 'round-deploy', 'round-again', 'round-stop']);

    await world.docker.daemon(true);
    failing('blocked');
    const release = world.cloud.faults.hold('UpdateService');
    // What is said in the thread between two rounds does what the button does.
    expect((await say('retry')).text).toContain('*Retry round* is noted');
    await world.held('UpdateService');
    // And while one is under way it is about that one.
    expect((await say('hold')).text).toContain('Hold does nothing now: staging #4 moves no traffic now');
    release();
    const end = await world.ended('staging-1');
    expect(end.state).toBe('succeeded');
    expect(end.text('round-3')).toContain('9 of 10 → 10 of 10 green');
    expect(end.text('round-3')).toContain('feature/next');
    expect(end.text('report')).toContain('all green after 3 rounds');
    for (const service of ['backend', 'auth'])
      expect(end.text('report')).toContain(`*Changed* in ${service}`);
    expect(world.docker.builds()).toBe(4);
  });
});

describe.concurrent('rounds whose worker is killed', () => {
  const story = storyIn({ config: withSuite('killed'), running: ['bot'] });
  story('go on in the round, and between rounds, and end when they are cancelled', async ({ world }) => {
    failing('killed', 'test_1.connects');
    const first = await world.start('worker');
    const release = world.cloud.faults.hold('GetBuild');
    await world.type('/rounds start backend staging suites:e2e');
    await world.held('GetBuild');
    await first.killed();
    release();
    const second = await world.start('worker');
    const waiting = await between(world, 1);
    expect(world.thread('staging-1').text('round-1')).toContain('9 of 10 green');
    expect(world.cloud.builds()).toHaveLength(1);

    await second.killed();
    const hold = world.cloud.faults.hold('GetBuild');
    await deployNext(world, waiting.ts, 'feature/next');
    await world.start('worker');
    await world.held('GetBuild');
    const running = await world.until(() => {
      const { roots, order } = world.thread('staging-1');
      return order.includes('round-2') ? roots[0] : undefined;
    });
    hold();
    await click(world, running.ts, {
      actionId: 'cancelled',
      stale: true,
      value: JSON.stringify({ operation: 'staging-1' }),
    });
    const end = await world.ended('staging-1');
    expect(end.state).toBe('cancelled');
    expect(end.order).toEqual(['round-1', 'round-2', 'report']);
    expect(end.text('round-2')).toContain('*cancelled, CANCELLED*');
    expect(end.roots).toHaveLength(1);
  });
});
