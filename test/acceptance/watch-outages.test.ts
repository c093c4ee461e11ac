import { describe, expect, vi } from 'vitest';
import { pagerduty } from '../support/example.ts';
import { actionsOn, alert, expectSpread, expectWhole, opsgenie, watchedStory } from '../support/watched.ts';
import { deploys, patience } from '../support/world.ts';

/** A firing ends after six quiet rounds: most of a story is waiting, side by side with the others. */
describe.concurrent('what monitors lean on is away', { timeout: 180_000 }, () => {
  const story = watchedStory();

  story('Redis restarts while an alert fires: one thread, one page, and no burst', async ({ scene }) => {
    const { world, front, kept, says } = scene;
    front.fail(true);
    await world.start('worker');
    await says('firing');
    await kept.done();
    await world.redis.kill();
    const away = Date.now();
    // Two connections, ten times: longer than from round to round.
    await vi.waitFor(() => {
      expect(world.logs().match(/"connect ECONNREFUSED/g)?.length).toBeGreaterThanOrEqual(20);
    }, patience);
    await world.redis.restart();
    const back = Date.now();
    // Enough to fire, for who has forgotten.
    await kept.roundsAfter(back, 2);
    front.fail(false);
    await says('resolved');
    await kept.done();
    expectWhole(world);
    expect(actionsOn(world)).toEqual(['trigger', 'resolve']);
    const rounds = await kept.rounds();
    expect(rounds.filter((at) => at > away && at < back)).toEqual([]);
    expectSpread(rounds);
  });

  story(
    'kill -9 of a worker in mid-round, and of its page: others go on, one at a time',
    async ({ scene }) => {
      const { world, front, kept, asked, says } = scene;
      const taken = world.pages.faults.pagerduty.hold('after');
      front.fail(true);
      const worker = await world.start('worker');
      await says('firing');
      await vi.waitFor(() => {
        expect(actionsOn(world)).toEqual(['trigger']);
      }, patience);
      const answer = front.hold();
      await vi.waitFor(() => {
        expect(front.held()).toBeGreaterThan(0);
      }, patience);
      await worker.killed();
      const killed = Date.now();
      answer();
      taken();
      await Promise.all([world.start('worker'), world.start('worker')]);
      await kept.roundsAfter(killed, 1);
      front.fail(false);
      await says('resolved');
      await kept.done();
      await asked(3);
      expectWhole(world);
      // At least once: that it had arrived nobody lived to note.
      expect(actionsOn(world)).toEqual(['trigger', 'trigger', 'resolve']);
      expect(world.pages.incidents().map(({ state, woken }) => [state, woken])).toEqual([['closed', 1]]);
      expectSpread(await kept.rounds());
    },
  );

  const mentioning = watchedStory({ pages: { operations: { slack: ['S0APPROVERS'], pagerduty } } });
  mentioning('Slack is down: the page leaves, and the thread is told once it is back', async ({ scene }) => {
    const { world, front, kept, says } = scene;
    await world.start('worker');
    world.slack.faults.down(true);
    front.fail(true);
    await vi.waitFor(() => {
      expect(actionsOn(world)).toEqual(['trigger']);
    }, patience);
    front.fail(false);
    await vi.waitFor(() => {
      expect(actionsOn(world)).toEqual(['trigger', 'resolve']);
    }, patience);
    // Its end, too, has to be tried again.
    const ended = world.slack.calls().length;
    await vi.waitFor(() => {
      expect(world.slack.calls().length).toBeGreaterThanOrEqual(ended + 3);
    }, patience);
    const tried = world.slack.calls();
    expect(tried.every(({ error }) => error === 'down')).toBe(true);
    expect(world.thread(alert).roots).toEqual([]);
    world.slack.faults.down(false);
    await says('resolved');
    await kept.done();
    expectWhole(world);
    // Who was to be mentioned meanwhile has nothing to do any more.
    expect(world.slack.messages(deploys).filter(({ text }) => text.includes('<!subteam'))).toEqual([]);
    // The root and its end as they are now, and at most the chart: what was to be told meanwhile is told no more.
    const told = world.slack
      .calls()
      .slice(tried.length)
      .map(({ method, ok }) => [method, ok]);
    const [root, reply, ...more] = told.filter(([method]) => String(method).startsWith('chat.'));
    expect([root, reply]).toEqual([
      ['chat.postMessage', true],
      ['chat.postMessage', true],
    ]);
    expect(more.map(([method]) => method)).toEqual(more.map(() => 'chat.update'));
    expect(more.length).toBeLessThanOrEqual(1);
  });

  const escalating = watchedStory({
    pages: { operations: { pagerduty }, infrastructure: { opsgenie } },
    monitors: { escalate: { after: '10m', to: 'infrastructure' } },
  });
  escalating(
    'PagerDuty is down for an hour and a restart: others are woken meanwhile, and it once',
    async ({ scene }) => {
      const { world, front, kept, asked, says } = scene;
      world.pages.faults.pagerduty.down(true);
      front.fail(true);
      const worker = await world.start('worker');
      await says('firing');
      await asked(3);
      expect(actionsOn(world, 'opsgenie')).toEqual([]);
      worker.kill('SIGTERM');
      expect(await worker.ended).toBe(0);
      const before = world.pages.answers('pagerduty').length;
      await world.start('worker', 3_600_000);
      await vi.waitFor(() => {
        expect(actionsOn(world, 'opsgenie')).toEqual(['trigger']);
      }, patience);
      await asked(before + 1);
      expect(actionsOn(world)).toEqual([]);
      // It is back, and takes the page; the answer is lost.
      world.pages.faults.pagerduty.fail('drop-after');
      world.pages.faults.pagerduty.down(false);
      await kept.done();
      expect(actionsOn(world)).toEqual(['trigger', 'trigger']);
      expect(world.pages.answers('pagerduty').filter((status) => status !== 0)).toEqual([202]);
      expect(world.pages.incidents().map(({ way, state, woken }) => [way, state, woken])).toEqual([
        ['opsgenie', 'open', 1],
        ['pagerduty', 'open', 1],
      ]);
      const { roots, order } = world.thread(alert);
      expect(roots).toHaveLength(1);
      expect(order).toEqual([expect.stringMatching(/^escalated-/)]);
    },
  );
});
