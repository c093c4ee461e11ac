import { Redis } from 'ioredis';
import { describe, expect, vi } from 'vitest';
import { stepOf } from '../../src/domain/operation.ts';
import type { Delivery } from '../../src/sandbox/slack/types.ts';
import { recordIn, type WorldRecord } from '../support/record.ts';
import { storyIn } from '../support/story.ts';
import { deploys, patience, people, type World } from '../support/world.ts';

/** Redis takes its time to write: long enough that an ack at once would come well before. */
const slowMs = 700;

/** Redis writes late, from now on for a moment. @returns a connection to it */
async function slowly(world: World): Promise<Redis> {
  const redis = new Redis(world.redis.url);
  await redis.client('PAUSE', slowMs, 'WRITE');
  return redis;
}

const deploy = (world: World) => () =>
  world.slack.command({ user: people.developer, channel: deploys, text: '/deploy backend production' });

function click(world: World, actionId: string): () => Promise<Delivery> {
  const [root] = world.thread('production-1').roots;
  return () => world.slack.click({ user: people.reviewer, channel: deploys, ts: root!.ts, actionId });
}

function cancelInWords(world: World): () => Promise<Delivery> {
  const { ts: threadTs } = world.thread('production-1').roots[0]!;
  const said = { user: people.developer, channel: deploys, text: '<@U0SLIPWAY> cancel', threadTs };
  return () => world.slack.mention(said);
}

/** Kills the bot as soon as Slack has its ack. */
async function killedAtAck(world: World, act: () => Promise<Delivery>): Promise<void> {
  const bot = await world.start('bot');
  (await slowly(world)).disconnect();
  expect((await act()).outcome).toBe('acked');
  await bot.killed();
}

/** Asks the bot to go while what was done is on its way to the ledger. */
async function askedToGo(world: World, act: () => Promise<Delivery>): Promise<void> {
  const bot = await world.start('bot');
  const redis = await slowly(world);
  const delivery = act();
  await vi.waitFor(async () => {
    const clients = String(await redis.client('LIST')).split('\n');
    expect(clients.some((line) => / flags=b /.test(line) && /cmd=(evalsha|eval)/.test(line))).toBe(true);
  }, patience);
  redis.disconnect();
  bot.kill('SIGTERM');
  expect((await delivery).outcome).toBe('acked');
  expect(await bot.ended).toBe(0);
}

/** An approval is awaited, and its button is there. */
async function asked(world: World, record: WorldRecord): Promise<void> {
  await record.until('production-1', (operation) => stepOf(operation, 'approval')?.status === 'waiting');
  await world.until(() => {
    const [root] = world.thread('production-1').roots;
    return root?.blocks.some((block) => block['block_id'] === 'decision') === true || undefined;
  });
}

describe.concurrent('what the bot has acked is done, though the bot is gone', () => {
  const story = storyIn({ running: [] });

  story.for([
    { signal: 'SIGKILL', gone: killedAtAck },
    { signal: 'SIGTERM', gone: askedToGo },
  ] as const)('by $signal: a command, a click and a mention', async ({ gone }, { world }) => {
    const record = recordIn(world);
    try {
      await gone(world, deploy(world));
      await record.until('production-1', ({ phase }) => phase === 'queued');
      const worker = await world.start('worker');
      await asked(world, record);
      await worker.killed();
      await gone(world, click(world, 'approve'));
      await record.until('production-1', ({ approval }) => approval?.decision?.kind === 'approved');
      await gone(world, cancelInWords(world));
      await record.until('production-1', ({ cancelled }) => cancelled?.by === people.developer);
      await world.start('worker');
      expect((await world.ended('production-1')).state).toBe('cancelled');
    } finally {
      record.close();
    }
  });
});
