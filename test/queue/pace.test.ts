import { describe, expect, it } from 'vitest';
import { announceLimit } from '../../src/queue/names.ts';
import { documentedLimits } from '../../src/sandbox/slack/api/limits.ts';
import { seeded } from '../support/monitoring.ts';

/** What `slack.updatesPerMinute` is when nobody says otherwise. */
const usual = 48;
/**
 * 500 calls, each window beginning when the one before is over, and each call up to so many milliseconds late.
 * @returns how many were refused, and the end
 */
function told(method: string, mostLate: number): { readonly refused: number; readonly tookMs: number } {
  const { max, duration } = announceLimit(usual);
  const late = seeded(500);
  const times = Array.from({ length: 500 }, (_, index) => {
    return Math.floor(index / max) * duration + Math.floor(late() * mostLate);
  }).toSorted((a, b) => a - b);
  let clock = 0;
  const limits = documentedLimits({ now: () => clock });
  const refused = times.filter((at) => {
    clock = at;
    return limits.take(method, 'C0DEPLOYS') > 0;
  }).length;
  return { refused, tookMs: times.at(-1) ?? 0 };
}

describe('500 threads at the usual pace', () => {
  it.each([
    // A burst of them is what a channel refuses.
    ['chat.postMessage', 2_000],
    ['chat.update', 0],
  ])('are never refused by the limits of %s, up to %d ms late', (method, mostLate) => {
    expect(told(method, mostLate).refused).toBe(0);
  });

  it('are hardly refused where updates come late', () => {
    expect(told('chat.update', 2_000).refused).toBeLessThan(500 / 20);
  });

  it('take some ten minutes, as Slack’s allowance does', () => {
    const { tookMs } = told('chat.postMessage', 0);
    expect(tookMs / 60_000).toBeGreaterThan(9);
    expect(tookMs / 60_000).toBeLessThan(11);
  });
});
