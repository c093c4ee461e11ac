import { parse, stringify } from 'yaml';
import { describe, expect } from 'vitest';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';
import { storyIn } from '../support/story.ts';
import { people, withRollout, type World } from '../support/world.ts';

const service = 'chat-staging/backend';

/** Watches a path that the last check does not ask for, so that who keeps the candidate gets to the end. */
const withCountdown = (countdown: string) => (yaml: string) => {
  const rollout = { steps: [50, 100], bake: '20s', countdown, triggers: { serverErrors: '5%' } };
  const file = parse(withRollout(rollout)(yaml)) as { services: Record<string, object> };
  const { backend } = file.services;
  Object.assign(backend!, {
    health: [{ path: '/health' }],
    validation: { http: [{ path: '/api/status' }] },
  });
  return stringify(file);
};

function buttonsOf({ blocks }: StoredMessage): readonly string[] {
  return blocks
    .flatMap((block) => (block.type === 'actions' ? (block['elements'] as { text: { text: string } }[]) : []))
    .map(({ text }) => text.text);
}

/** The reply of a countdown with its buttons. */
function counting(world: World, index: number): Promise<StoredMessage> {
  return world.until(() => {
    const { replies, order } = world.thread('staging-1');
    const reply = replies[order.indexOf(`countdown-${index}`)];
    return reply !== undefined && buttonsOf(reply).length > 0 ? reply : undefined;
  });
}

async function click(world: World, { ts, channel }: StoredMessage, actionId: string): Promise<void> {
  await world.slack.click({ user: people.developer, channel, ts, actionId });
}

const untilOf = (text: string) => /<!date\^(\d+)/.exec(text)![1];

const servingOf = (world: World) => world.cloud.service(service)!.serving;

describe.concurrent('a countdown before users go back', () => {
  const short = storyIn({ config: withCountdown('10s') });
  const long = storyIn({ config: withCountdown('10m') });

  short('goes down where people see it, and then users are back', async ({ world }) => {
    const before = servingOf(world);
    await world.type('/deploy backend staging ref:http-500-30');
    const reply = await counting(world, 1);
    expect(reply.text).toContain('*Going back in 10 s*');
    expect(reply.text).toMatch(/HTTP 5xx: \d+(?:\.\d)? % \(limit 5 %, \d+ samples\): fired/);
    expect(buttonsOf(reply)).toEqual(['Keep', 'Roll back now']);
    expect(Object.values(servingOf(world))).toEqual([50, 50]);
    await world.until(() => {
      const left = /Going back in (\d+) s/.exec(world.thread('staging-1').text('countdown-1'))?.[1];
      return left !== undefined && Number(left) < 10 ? left : undefined;
    });
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('rolled-back');
    expect(servingOf(world)).toEqual(before);
    expect(thread.text('countdown-1')).toContain('nobody kept it in the 10 s there were');
    expect(thread.text('shift')).toContain('TRIGGER_FIRED');
    expect(thread.text('report')).toMatch(
      /\*Times\* began .*, known after [\d m]+s, countdown 1\d s, users back after \d+ m?s/,
    );
  });

  long('Keep leaves users where they are, step by step', async ({ world }) => {
    await world.type('/deploy backend staging ref:http-500-30');
    await click(world, await counting(world, 1), 'kept');
    // Another share, another decision.
    const root = await counting(world, 2);
    expect(Object.values(servingOf(world))).toEqual([100]);
    await world.slack.mention({
      user: people.developer,
      channel: root.channel,
      text: '<@U0SLIPWAY> keep',
      threadTs: world.thread('staging-1').roots[0]!.ts,
    });
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.text('report')).toMatch(/At 50 %: .*HTTP 5xx kept by developer/);
    expect(thread.text('report')).toMatch(/At 100 %: .*HTTP 5xx kept by developer/);
    expect(thread.order.filter((name) => name.startsWith('countdown'))).toEqual([
      'countdown-1',
      'countdown-2',
    ]);
  });

  long('Roll back now does not wait, and the image goes into quarantine', async ({ world }) => {
    const before = servingOf(world);
    await world.type('/deploy backend staging ref:http-500-30');
    const reply = await counting(world, 1);
    await click(world, reply, 'cancelled');
    const thread = await world.ended('staging-1');
    // Somebody who has not seen the end yet is told in private.
    const late = { ts: reply.ts, channel: reply.channel, actionId: 'kept', stale: true };
    const value = JSON.stringify({ operation: 'staging-1' });
    await world.slack.click({ user: people.operator, ...late, value });
    const told = await world.until(() =>
      world.slack.ephemerals().find(({ user }) => user === people.operator),
    );
    expect(told.text).toContain('Keep does nothing now: staging #1 has ended. `CONTROL_OVER`');
    expect(thread.state).toBe('rolled-back');
    expect(servingOf(world)).toEqual(before);
    expect(thread.text('countdown-1')).toContain('*Going back* at once by developer');
    expect(thread.text('restore')).toContain('quarantine');
  });

  const apart = storyIn({ config: withCountdown('30s'), running: ['bot'] });

  apart('goes on to the same second when another worker takes over', async ({ world }) => {
    const first = await world.start('worker');
    await world.type('/deploy backend staging ref:http-500-30');
    const until = untilOf((await counting(world, 1)).text);
    await world.start('worker');
    first.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const shown = world.thread('staging-1').text('countdown-1');
    const redrawn = await world.until(() => {
      const text = world.thread('staging-1').text('countdown-1');
      return text !== shown && text.includes('Going back in') ? text : undefined;
    });
    expect(untilOf(redrawn)).toBe(until);
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('rolled-back');
    expect(thread.order.filter((name) => name.startsWith('countdown'))).toEqual(['countdown-1']);
    expect(thread.text('countdown-1')).toContain('nobody kept it in the 30 s there were');
  });
});
