import { parse, stringify } from 'yaml';
import { expect, it, onTestFinished, vi } from 'vitest';
import { changing, withoutValidation } from '../support/example.ts';
import { startFront } from '../support/front.ts';
import { pagerduty } from '../support/watched.ts';
import { deploys, patience, startWorld } from '../support/world.ts';

const services = Array.from({ length: 20 }, (_, index) => `service-${index}`);
/** HTTP 5xx, handshakes and journeys of each. */
const symptoms = 3 * services.length;

/** Twenty services behind one load balancer, that talk by WebSocket. */
const crowded = (front: string) => (yaml: string) => {
  const changed = changing((example) => {
    const { staging } = example.environments;
    const { build } = example.services['backend']!;
    const validation = {
      websocket: [{ path: '/ws', hold: '0s', connections: 0 }],
      journeys: [{ name: 'talk', steps: [{ connect: '/ws' }] }],
    };
    for (const name of services) Object.assign(example.services, { [name]: { build, validation } });
    const urls = Object.fromEntries(services.map((name) => [name, front]));
    Object.assign(staging!, { services, loadBalancer: { urls }, monitors: { every: '5s' } });
  })(withoutValidation(yaml));
  const pages = { operations: { pagerduty }, business: { pagerduty } };
  return stringify({ ...(parse(changed) as object), pages });
};

/** Slack and slipway's share of it are four times what they are, so that this takes a quarter of the time. */
const slackTimes = 4;

it('an outage of sixty symptoms pages at once, and is told at the pace of Slack, the digest first', async () => {
  const front = await startFront();
  onTestFinished(() => front.stop());
  const world = await startWorld({ config: crowded(front.url), slackTimes });
  onTestFinished(() => world.stop());
  const roots = () => world.slack.messages(deploys).filter(({ threadTs }) => threadTs === undefined);
  const ids = () => roots().map(({ metadata }) => String(metadata?.event_payload['operation']));
  const digest = () => roots().find(({ text }) => text.includes('alerts in staging'));
  front.fail(true);
  await world.start('worker');
  await vi.waitFor(() => {
    expect(world.pages.received('pagerduty')).toHaveLength(symptoms);
  }, patience);
  const early = roots().length;
  await world.until(() => (ids().length === symptoms + 1 ? true : undefined));
  await world.until(() => digest()?.text.includes(`*${symptoms} alerts in staging*`));
  expect(new Set(ids()).size).toBe(symptoms + 1);
  expect(ids().findIndex((id) => id.startsWith('storm:'))).toBeLessThan(symptoms / 4);
  // When the last page had left, threads still waited for their turn.
  expect(early).toBeLessThan(symptoms);
  expect(world.slack.calls().filter(({ ok }) => !ok)).toEqual([]);
  expect(world.pages.incidents().map(({ woken }) => woken)).toEqual(services.flatMap(() => [1, 1, 1]));
}, 180_000);
