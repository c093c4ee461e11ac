import { expect, it, onTestFinished, vi } from 'vitest';
import { startFront } from '../support/front.ts';
import { countIn, crowded, isDigest, ownerOf, rootsIn } from '../support/storm.ts';
import { deploys, patience, startWorld } from '../support/world.ts';

const symptoms = 60;
/** Slack and slipway's share of it are four times what they are, so that this takes a quarter of the time. */
const slackTimes = 4;

it('an outage of sixty symptoms pages at once, and is told at the pace of Slack, the digest first', async () => {
  const front = await startFront();
  onTestFinished(() => front.stop());
  const config = crowded({ symptoms, every: '5s', front: front.url });
  const world = await startWorld({ config, slackTimes });
  onTestFinished(() => world.stop());
  const roots = () => rootsIn(world.slack.messages(deploys));
  front.fail(true);
  await world.start('worker');
  await vi.waitFor(() => {
    expect(world.pages.received('pagerduty')).toHaveLength(symptoms);
  }, patience);
  const early = roots().length;
  await world.until(() => (roots().length === symptoms + 1 ? true : undefined));
  await world.until(() => roots().find((root) => isDigest(root) && countIn(root.text) === symptoms));
  expect(new Set(roots().map(ownerOf)).size).toBe(symptoms + 1);
  expect(roots().findIndex(isDigest)).toBeLessThan(symptoms / 4);
  // When the last page had left, threads still waited for their turn.
  expect(early).toBeLessThan(symptoms);
  expect(world.slack.calls().filter(({ ok }) => !ok)).toEqual([]);
  expect(world.pages.incidents().map(({ woken }) => woken)).toEqual(Array(symptoms).fill(1));
}, 180_000);
