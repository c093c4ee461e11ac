import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { parse, stringify } from 'yaml';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { requestPage } from '../../jobs/page.ts';
import { Pages } from '../../src/ledger/pages.ts';
import { PageQueue } from '../../src/queue/pages.ts';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack/index.ts';
import { slipway } from '../support/command-line.ts';
import { page, standIns, waysTo } from '../support/pages.ts';
import { storyIn } from '../support/story.ts';
import { changedConfig, deploys, patience, type World } from '../support/world.ts';

/** The example with a team that is reached on all ways. */
function reachable(yaml: string): string {
  const pages = {
    operations: {
      slack: ['S0APPROVERS'],
      pagerduty: { key: '${env:PAGERDUTY_KEY}', url: '${env:PAGERDUTY_URL}' },
      opsgenie: { key: '${env:OPSGENIE_KEY}', url: '${env:OPSGENIE_URL}' },
      webhook: { url: '${env:PAGE_WEBHOOK_URL}', secret: '${env:PAGE_WEBHOOK_SECRET}' },
    },
  };
  return stringify({ ...(parse(yaml) as object), pages });
}

/** Pages as a job does. */
function pagingIn(world: World) {
  const redis = new Redis(world.redis.url, { maxRetriesPerRequest: null });
  const queue = new PageQueue(redis, () => undefined);
  const pages = new Pages(redis);
  const { pagerduty, opsgenie, webhook } = waysTo(world.pages);
  const teams = {
    operations: [{ kind: 'slack', mention: ['S0APPROVERS'] }, pagerduty, opsgenie, webhook],
  } as const;
  const at = Date.now();
  return {
    ask: (action: 'trigger' | 'resolve') =>
      requestPage(page({ action, at }), { teams, pages, queue, now: Date.now }),
    delivered: () =>
      vi.waitFor(async () => {
        expect(await pages.undelivered()).toEqual([]);
      }, patience),
    close: async () => {
      await queue.close();
      redis.disconnect();
    },
  };
}

const mentions = (slack: SlackSandbox) =>
  slack.messages(deploys).filter(({ text }) => text.includes('<!subteam^S0APPROVERS>'));

describe.concurrent('pages of a worker', { timeout: 180_000 }, () => {
  const story = storyIn({ running: [], config: reachable });

  story('kill -9 after a page has left and before that is noted: once for people', async ({ world }) => {
    const worker = await world.start('worker');
    const { ask, delivered, close } = pagingIn(world);
    try {
      const releases = (['pagerduty', 'opsgenie', 'webhook'] as const).map((way) =>
        world.pages.faults[way].hold('after'),
      );
      await ask('trigger');
      await vi.waitFor(() => {
        expect(world.pages.received()).toHaveLength(3);
        expect(mentions(world.slack)).toHaveLength(1);
      }, patience);
      await worker.killed();
      for (const release of releases) release();
      await ask('resolve');
      await world.start('worker');
      await delivered();
      // At least once: each was sent again, in front of its resolution.
      expect(world.pages.received('pagerduty').map(({ action }) => action)).toEqual([
        'trigger',
        'trigger',
        'resolve',
      ]);
      expect(world.pages.incidents().map(({ state, woken }) => [state, woken])).toEqual(
        Array.from({ length: 3 }, () => ['closed', 1]),
      );
      expect(new Set(world.pages.received('webhook').map(({ id }) => id)).size).toBe(2);
      expect(mentions(world.slack)).toHaveLength(1);
    } finally {
      await close();
    }
  });

  story('kill -9 while Slack holds the answer to a mention: one mention', async ({ world }) => {
    world.slack.faults.fail('chat.postMessage', 'drop-after');
    const worker = await world.start('worker');
    const { ask, delivered, close } = pagingIn(world);
    try {
      await ask('trigger');
      await vi.waitFor(() => {
        expect(mentions(world.slack)).toHaveLength(1);
      }, patience);
      await worker.killed();
      await world.start('worker');
      await delivered();
      expect(mentions(world.slack)).toHaveLength(1);
    } finally {
      await close();
    }
  });
});

describe('slipway page test', () => {
  async function prepared(change = reachable) {
    const sandbox = await standIns();
    const slack = await startSlackSandbox();
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-page-'));
    onTestFinished(async () => {
      await slack.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const environment: Record<string, string> = {
      ...sandbox.environment,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      SLIPWAY_CONFIG: changedConfig(folder, change),
    };
    return { sandbox, slack, environment };
  }

  it('opens and closes an incident on each way, and says ok', async () => {
    const { sandbox, slack, environment } = await prepared();
    const { code, stdout } = await slipway(['page', 'test', 'operations'], { environment });
    expect(stdout).toBe('slack     ok\npagerduty ok\nopsgenie  ok\nwebhook   ok\n');
    expect(code).toBe(0);
    expect(sandbox.incidents().map(({ state, woken }) => [state, woken])).toEqual(
      Array.from({ length: 3 }, () => ['closed', 1]),
    );
    expect(mentions(slack).map(({ text }) => text)).toEqual([expect.stringContaining('Nothing is wrong')]);
  });

  it('says what is wrong with each way, and no secret', async () => {
    const { sandbox, slack, environment } = await prepared();
    const wrong = {
      PAGERDUTY_KEY: 'S3CR3T'.padEnd(32, 'x'),
      SLACK_BOT_TOKEN: 'xoxb-wrong-S3CR3T',
      OPSGENIE_KEY: 'S3CR3T',
    };
    sandbox.faults.webhook.down(true);
    const { code, output } = await slipway(['page', 'test', 'operations'], {
      environment: { ...environment, ...wrong },
    });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      'slack     refused: Slack answered invalid_auth',
      "pagerduty refused: PagerDuty answered 400: Event object is invalid; 'routing_key' is not known",
      'opsgenie  refused: Opsgenie answered 401: Could not authenticate',
      expect.stringMatching(/^webhook {3}not taken: The webhook was not reached \(\w+\)$/),
    ]);
    expect(output).not.toContain('S3CR3T');
    expect(mentions(slack)).toEqual([]);
  });

  it('says which incident is left open', async () => {
    const { sandbox, environment } = await prepared((yaml) =>
      stringify({
        ...(parse(yaml) as object),
        pages: { business: { pagerduty: { key: '${env:PAGERDUTY_KEY}', url: '${env:PAGERDUTY_URL}' } } },
      }),
    );
    const release = sandbox.faults.pagerduty.hold('after');
    const running = slipway(['page', 'test', 'business'], { environment });
    await vi.waitFor(() => {
      expect(sandbox.received()).toHaveLength(1);
    }, patience);
    sandbox.faults.pagerduty.fail('error-5xx');
    release();
    const { code, stdout } = await running;
    expect(stdout).toBe(
      'pagerduty the test arrived and is open, close it by hand: not taken: PagerDuty answered 503: Service Unavailable\n',
    );
    expect(code).toBe(1);
  });

  it.each([
    [['page', 'test', 'nobody'], 'error: expected one of operations'],
    [['page', 'test', 'constructor'], 'error: expected one of operations'],
    [['page', 'test'], "missing required argument 'team'"],
  ])('%j is wrong usage', async (args, words) => {
    const { sandbox, environment } = await prepared();
    const { code, output } = await slipway(args, { environment });
    expect(output).toContain(words);
    expect(code).toBe(2);
    expect(sandbox.received()).toEqual([]);
  });

  it('needs a bot token only for who is mentioned', async () => {
    const { environment } = await prepared();
    const { code, output } = await slipway(['page', 'test', 'operations'], {
      environment: { ...environment, SLACK_BOT_TOKEN: '' },
    });
    expect(output).toContain('SLACK_BOT_TOKEN');
    expect(code).toBe(2);
  });
});
