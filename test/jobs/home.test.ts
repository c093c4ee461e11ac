import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHomeWorker } from '../../jobs/home-worker.ts';
import type { Target } from '../../src/domain/target.ts';
import { HomeNotes } from '../../src/ledger/home-notes.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { HomeQueue } from '../../src/queue/home.ts';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack/index.ts';
import { connectSlack } from '../../src/slack/client.ts';
import { type StatusSources } from '../../src/status/gather.ts';
import { useRedis } from '../support/redis.ts';
import { nothingWatched } from '../support/statuses.ts';

const redis = useRedis();
const patience = { timeout: 20_000 };
const developer = 'U0DEVELOPER';
const reviewer = 'U0REVIEWER';
let slack: SlackSandbox;
let notes: HomeNotes;
let home: HomeQueue;
/** Who serves, by Cloud Run. */
let revision: string;
let looks: number;
let stop: () => Promise<void>;

beforeEach(async () => {
  slack = await startSlackSandbox({ limits: 'off' });
  revision = 'backend-1';
  looks = 0;
  notes = new HomeNotes(redis.client());
  home = new HomeQueue(redis.connect(), { onError: () => undefined, notes });
  const worker = startHomeWorker({
    connection: redis.connect(),
    sources: sources(),
    notes,
    home,
    client: connectSlack(slack, pino({ level: 'silent' })),
    log: pino({ level: 'silent' }),
  });
  stop = worker.stop;
  await worker.ready();
});
afterEach(async () => {
  await stop();
  await home.close();
  await slack.stop();
});

function sources(): StatusSources {
  return {
    catalog: { services: ['backend'], environments: { staging: { services: ['backend'], ref: 'main' } } },
    targetOf: (name) => ({ ...name, channel: 'C0DEPLOYS' }) as unknown as Target,
    run: {
      service: () => {
        looks += 1;
        return Promise.resolve({ serving: [{ revision, percent: 100 }] }) as never;
      },
    },
    ledger: new Ledger(redis.client(), () => undefined),
    ...recordsOf(redis.client()),
    ...nothingWatched,
    now: Date.now,
  };
}

/** Waits until somebody's tab has been published with these words, and that has been noted. */
async function shown(user: string, words: string): Promise<void> {
  await expect
    .poll(async () => {
      const { view } = slack.home(user) ?? {};
      const isNoted = (await notes.shown(user)).hash === view?.['private_metadata'];
      return isNoted && JSON.stringify(view).includes(words);
    }, patience)
    .toBe(true);
}

const open = async (user: string, hash = '') => {
  await notes.opened({ user, hash, at: Date.now() });
  await home.open(user);
};
/** The pause between two views of a person is over. */
const later = async (user: string) => {
  const { hash, at } = await notes.shown(user);
  await notes.published(user, { hash, at: at - 30_000 });
};
const publishes = () => slack.calls().filter(({ method }) => method === 'views.publish');

describe('the Home tab', () => {
  it('is drawn for who opens it, and again for all who look at it when something changes', async () => {
    await open(developer);
    await open(reviewer);
    await Promise.all([shown(developer, 'backend-1'), shown(reviewer, 'backend-1')]);
    expect(looks).toBe(1);
    expect(slack.home('U0GUEST')).toBeUndefined();

    revision = 'backend-2';
    await Promise.all([later(developer), later(reviewer)]);
    await Promise.all([home.changed(), home.changed(), home.changed()]);
    await Promise.all([shown(developer, 'backend-2'), shown(reviewer, 'backend-2')]);
    expect(publishes()).toHaveLength(4);
  });

  it('is not published when it shows the same', async () => {
    await open(developer);
    await shown(developer, 'backend-1');
    const { hash } = await notes.shown(developer);
    await later(developer);
    await open(developer, hash);
    await open(reviewer);
    await shown(reviewer, 'backend-1');
    expect(publishes()).toHaveLength(2);
    // Slack says what the tab shows: what it does not show any more is published again.
    await open(developer, 'other');
    await expect.poll(publishes, patience).toHaveLength(3);
  });

  it('waits for 30 s between two views of a person, and shows what is so then', async () => {
    await open(developer);
    await shown(developer, 'backend-1');
    const { hash, at } = await notes.shown(developer);
    // Most of the pause has passed already.
    await notes.published(developer, { hash, at: at - 28_000 });
    revision = 'backend-2';
    await home.changed();
    revision = 'backend-3';
    await home.changed();
    await shown(developer, 'backend-3');
    const [first, second, ...more] = publishes();
    expect(more).toEqual([]);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(1_900);
  });

  it('is drawn again after the quiet that Slack asked for', async () => {
    slack.faults.rateLimit('views.publish', 1);
    await open(developer);
    await shown(developer, 'backend-1');
    const [first, second] = publishes();
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(950);
  });

  it('of a person who is gone is forgotten, and others get theirs', async () => {
    await open('U0GONE');
    await open(reviewer);
    await shown(reviewer, 'backend-1');
    await expect.poll(() => notes.viewers(Date.now()), patience).toEqual([reviewer]);
    expect(publishes().filter(({ ok }) => !ok)).toHaveLength(1);
  });
});
