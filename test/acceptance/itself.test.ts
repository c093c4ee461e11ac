import { parse, stringify } from 'yaml';
import { describe, expect } from 'vitest';
import { recordIn } from '../support/record.ts';
import { storyIn } from '../support/story.ts';
import { clickUnseen, withRollout } from '../support/world.ts';

const service = 'chat-staging/frontend';
const operation = 'staging-1';

/** slipway as a service of its own configuration, moved in two steps that end by a person's word. */
function itself(yaml: string): string {
  const file = parse(withRollout({ steps: [50, 100], bake: '10m' })(yaml)) as {
    services: Record<string, object>;
  };
  const { frontend, ...services } = file.services;
  return stringify({ ...file, services: { ...services, slipway: { ...frontend, run: 'frontend' } } });
}

describe.concurrent('slipway deploys itself', () => {
  const story = storyIn({ running: [], config: itself });

  story('the revision before is told to go in the middle of its own shift', async ({ world }) => {
    const before = await world.start('start');
    const record = recordIn(world);
    const generation = world.cloud.service(service)!.generation;
    try {
      await world.type('/deploy slipway staging');
      await record.until(operation, ({ moves }) => moves.at(-1)?.percent === 50);
      // Half of the traffic, and with it an instance: both revisions work now.
      const after = await world.start('start');
      const release = world.cloud.faults.hold('UpdateService', 'after');
      await clickUnseen(world, operation, 'promoted');
      await world.held('UpdateService', 1);
      // All of the traffic is elsewhere, and whoever asked for it has not heard so yet.
      before.kill('SIGTERM');
      release();
      expect(await before.ended).toBe(0);
      await record.claimed(operation, after.pid);
      await record.until(operation, ({ moves }) => moves.at(-1)?.percent === 100);
      await clickUnseen(world, operation, 'promoted');
      const { state, roots, order } = await world.ended(operation);
      expect(state).toBe('succeeded');
      expect(roots).toHaveLength(1);
      expect(order).toEqual([...new Set(order)]);
      const { serving, tags, ...now } = world.cloud.service(service)!;
      expect(Object.values(serving)).toEqual([100]);
      expect(tags).toEqual({});
      // The candidate, 50 %, 100 %, and its tag: each once.
      expect(now.generation - generation).toBe(4);
    } finally {
      record.close();
    }
  });
});
