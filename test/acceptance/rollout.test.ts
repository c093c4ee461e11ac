import { describe, expect } from 'vitest';
import { storyIn } from '../support/story.ts';
import { withRollout } from '../support/world.ts';

const health = [{ path: '/health' }, { path: '/api/status' }];
const service = 'chat-staging/backend';

describe.concurrent('traffic', () => {
  const inSteps = storyIn({ config: withRollout({ steps: [10, 50, 100], bake: '1s' }) });

  inSteps('moves in steps, each of which is watched', async ({ world }) => {
    const before = Object.keys(world.cloud.service(service)!.serving)[0]!;
    const seen: string[] = [];
    const stop = world.slack.subscribe(() => {
      const serving = world.cloud.service(service)?.serving ?? {};
      const text = JSON.stringify(Object.values(serving).toSorted((a, b) => a - b));
      if (seen.at(-1) !== text) seen.push(text);
    });
    await world.type('/deploy backend staging');
    const thread = await world.ended('staging-1');
    stop();
    expect(thread.state).toBe('succeeded');
    expect(thread.text('shift')).toMatch(/10 %.*HTTP 5xx: 0 % \(limit 20 %, \d+ samples\)/);
    expect(thread.text('shift')).toMatch(/50 %/);
    expect(thread.text('shift')).toMatch(/100 %/);
    expect(seen).toContain('[10,90]');
    expect(seen).toContain('[50,50]');
    const after = world.cloud.service(service)!;
    expect(Object.values(after.serving)).toEqual([100]);
    expect(Object.keys(after.serving)).not.toContain(before);
    expect(after.tags).toEqual({});
  });

  const watched = storyIn({ config: withRollout({ steps: [50, 100], bake: '60s' }, health) });

  watched(
    'goes back by itself when users meet errors that no probe of the candidate saw',
    async ({ world }) => {
      const before = world.cloud.service(service)!.serving;
      await world.type('/deploy backend staging ref:http-500-30');
      const thread = await world.ended('staging-1');
      expect(thread.state).toBe('rolled-back');
      expect(thread.text('prove')).toContain('healthy');
      expect(thread.text('shift')).toContain('TRIGGER_FIRED');
      expect(thread.text('shift')).toMatch(/HTTP 5xx: \d+(?:\.\d)? % \(limit 20 %, \d+ samples\): fired/);
      expect(thread.text('report')).toContain('put back');
      const after = world.cloud.service(service)!;
      expect(after.serving).toEqual(before);
      expect(after.tags).toEqual({});
    },
  );
});
