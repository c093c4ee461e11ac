import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionsOf } from '../support/buttons.ts';
import { type Loopback, loopback } from '../support/loopback.ts';
import { alert, watched } from '../support/watched.ts';
import { people, startWorld, type World } from '../support/world.ts';

const service = 'chat-staging/backend';

describe.concurrent.each([
  {
    name: 'an outage',
    deploys: false,
    story: 'pages once, in one thread, and is over when it is over',
  },
  {
    name: 'an outage after a deploy',
    deploys: true,
    story: 'takes users back, and wakes nobody',
  },
])('$name', ({ deploys, story }) => {
  let world: World;
  let front: Loopback;
  let bad: () => boolean = () => false;
  beforeAll(async () => {
    front = await loopback((_request, response) => response.writeHead(bad() ? 503 : 200).end('{}'));
    world = await startWorld({ config: watched(front.url, { monitors: { on: false } }) });
    await world.start('start');
  });
  afterAll(async () => {
    await world.stop();
    await front.stop();
  });
  const root = () => world.thread(alert).roots[0];
  const firing = () => world.until(() => (root()?.text.includes('firing') === true ? root() : undefined));

  it(story, async () => {
    expect((await world.asked('/monitor staging start')).text).toContain('staging');
    if (!deploys) {
      bad = () => true;
      const { text, ts, channel } = await firing();
      expect(text).toContain('HTTP 5xx');
      await world.until(() => world.pages.received('pagerduty')[0]);
      await world.slack.click({ user: people.reviewer, channel, ts, actionId: 'alert_ack' });
      await world.until(() =>
        world.thread(alert).replies.some((reply) => reply.text.includes('*Acknowledged*')) ? true : undefined,
      );
      // A chart of the last hour, which Slack can show.
      await world.until(() =>
        root()?.blocks.some(({ type }) => type === 'image') === true ? true : undefined,
      );
      bad = () => false;
      await world.until(() => (root()?.text.includes('resolved') === true ? true : undefined));
      expect(world.thread(alert).roots).toHaveLength(1);
      return;
    }
    const before = world.cloud.service(service)!.serving;
    await world.type('/deploy backend staging');
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    // Only the new revision fails, and not before it is watched alone.
    bad = () => Object.keys(world.cloud.service(service)!.serving).some((name) => name.includes('-r1-'));
    const { text } = await firing();
    expect(text).toContain('HTTP 5xx');
    const back = await world.ended('staging-2');
    expect(back.state).toBe('succeeded');
    expect(back.text('root')).toContain('by monitor');
    expect(world.cloud.service(service)!.serving).toEqual(before);
    await world.until(() => (root()?.text.includes('resolved') === true ? true : undefined));
    expect(world.pages.received('pagerduty')).toEqual([]);
    expect(actionsOf(root()!)).toEqual(['alert_checks']);
  });
});
