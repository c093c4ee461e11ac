import { expect, it } from 'vitest';
import { causeLines } from '../../src/slack/messages/cause.ts';

const cause = "NameError: name 'DatabaseSessionManager' is not defined";

it('a cause is told with its place, its revision and what that changed', () => {
  const origin = {
    at: 'app/agents/supervisor.py:14',
    means: 'A name is missing.',
    revision: 'backend-r42',
    changes: [
      { field: 'image', before: 'a', after: 'b' },
      { field: 'env E2E_TEST_ENV', after: 'added' },
    ],
  };
  expect(causeLines({ cause, origin })).toEqual([
    `*Cause* \`${cause}\` at \`app/agents/supervisor.py:14\`, in revision backend-r42, which changed: image, env E2E_TEST_ENV added`,
    '*Known cause* A name is missing.',
  ]);
  expect(causeLines({ cause })).toEqual([`*Cause* \`${cause}\``]);
  expect(causeLines({ origin })).toEqual([]);
});

it('whatever stands in a log rings for nobody and ends no markup', () => {
  const nasty = '<!channel> `x` <@U0>\n```';
  const lines = causeLines({
    cause: nasty,
    origin: {
      at: nasty,
      means: nasty,
      revision: nasty,
      changes: [{ field: nasty, before: nasty, after: nasty }],
    },
  });
  expect(lines.join('')).not.toMatch(/<[!@]|\n|```/);
});
