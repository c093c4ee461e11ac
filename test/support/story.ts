import { it } from 'vitest';
import { startWorld, type World, type WorldOptions } from './world.ts';

export interface StoryOptions extends WorldOptions {
  /** Processes that run when the story begins. Default: `start`, bot and worker in one. */
  readonly running?: readonly ('start' | 'bot' | 'worker')[];
}

/**
 * A test that tells a story in a world of its own, so that stories run side by side and one alone:
 * `const story = storyIn({}); story('…', async ({ world }) => …)`. Mostly a story waits, for Slack's rates
 * and for crashed locks; put stories into a `describe.concurrent` and they wait together.
 * What is left of a story that fails is printed.
 */
export function storyIn({ running = ['start'], ...options }: StoryOptions) {
  return it.extend<{ world: World }>({
    world: async ({ task }, use) => {
      const world = await startWorld(options);
      try {
        await Promise.all(running.map((verb) => world.start(verb)));
        await use(world);
        if (task.result?.state === 'fail') console.error(`${task.name}\n${world.remains()}`);
      } finally {
        await world.stop();
      }
    },
  });
}
