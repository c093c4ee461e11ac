import { expect, it } from 'vitest';
import { documentedLimits } from '../../../../src/sandbox/slack/api/limits.ts';

/** How many calls in one moment pass, and the wait of the first that does not, in seconds. */
function burst(times: number, method: string) {
  const limits = documentedLimits({ times, now: () => 0 });
  const waits = Array.from({ length: 1_000 }, () => limits.take(method, 'C0DEPLOYS'));
  return { passed: waits.filter((wait) => wait === 0).length, wait: waits.find((each) => each > 0) };
}

it.each([
  { times: 1, method: 'chat.postMessage', passed: 5, wait: 1 },
  { times: 8, method: 'chat.postMessage', passed: 40, wait: 1 },
  { times: 1, method: 'chat.update', passed: 50, wait: 60 },
  { times: 8, method: 'chat.update', passed: 400, wait: 60 },
])('$times times what Slack allows of $method are $passed at once', ({ times, method, passed, wait }) => {
  expect(burst(times, method)).toEqual({ passed, wait });
});

it('a channel takes so many times a message a second', () => {
  let clock = 0;
  const limits = documentedLimits({ times: 4, now: () => clock });
  const passing = () =>
    Array.from({ length: 100 }, () => limits.take('chat.postMessage', 'C0DEPLOYS')).filter(
      (wait) => wait === 0,
    ).length;
  expect(passing()).toBe(20);
  clock = 1_000;
  expect(passing()).toBe(4);
});
