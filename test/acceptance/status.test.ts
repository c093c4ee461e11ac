import { describe, expect } from 'vitest';
import { storyIn } from '../support/story.ts';
import { people, type World } from '../support/world.ts';

const story = storyIn({});

/** Waits until somebody's Home tab says this. */
const home = (world: World, user: string, words: RegExp): Promise<true> =>
  world.until(() => words.test(wordsOf(world.slack.home(user)?.view)) || undefined);

/** What people read in a view or in blocks, piece by piece. */
function wordsOf(shown: unknown): string {
  const words: string[] = [];
  JSON.stringify(shown ?? {}, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') words.push(value);
    return value;
  });
  return words.join(' | ');
}

describe.concurrent('/deploy status', () => {
  story('tells a deploy that goes on; the Home tab follows it to its end', async ({ world }) => {
    const release = world.cloud.faults.hold('CreateBuild');
    await world.slack.openHome(people.reviewer);
    await home(world, people.reviewer, /backend-00136-\w+ 100.*none yet.*Services|none yet/);
    await world.type('/deploy auth staging');
    await world.held('CreateBuild');

    const { text, blocks } = await world.asked('/deploy status staging', people.reviewer);
    expect(text).toContain('*staging* · 1 operation under way');
    expect(text).toMatch(
      /auth · auth-00136-\w+ 100\u00a0% · .* · #1, deploy by developer, Build …, begun \d+ s ago/,
    );
    expect(text).toMatch(
      /backend · backend-00136-\w+ 100\u00a0% · \? unknown: never measured · none yet · alerts: none/,
    );
    expect(text).toContain('*Next* staging #1 goes on');
    expect(text).not.toContain('production');
    expect(wordsOf(blocks)).toContain('Build …');
    const all = await world.asked('/deploy status', people.reviewer);
    expect(all.text).toContain('*production*');
    expect((await world.asked('/deploy status moon')).text).toContain('UNKNOWN_ENVIRONMENT');

    release();
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    await home(world, people.reviewer, /✓ healthy.*#1, deploy by developer.*succeeded/);
    expect(world.slack.home(people.guest)).toBeUndefined();
    const publishes = world.slack.calls().filter(({ method }) => method === 'views.publish');
    for (const [index, { at }] of publishes.slice(1).entries())
      expect(at - publishes[index]!.at).toBeGreaterThanOrEqual(29_000);
  });

  story('says what it cannot read, in time', async ({ world }) => {
    const release = world.cloud.faults.hold('GetService');
    const begun = Date.now();
    const { text } = await world.asked('/deploy status staging');
    expect(Date.now() - begun).toBeLessThan(3_000);
    expect(text).toContain('unknown: Cloud Run did not answer in time');
    expect(text).toContain('*Next* Ask again in a minute');
    release();
  });
});

describe('the Home tab', () => {
  story('says that nothing is known while the ledger is away', async ({ world }) => {
    await world.redis.stop();
    await world.slack.openHome(people.developer);
    await home(world, people.developer, /not known now/);
  });
});
