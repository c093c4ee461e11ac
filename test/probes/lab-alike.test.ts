import { describe, expect, it } from 'vitest';
import { admitting, alike } from './lab/faults-alike.ts';
import { named, unaccused } from './lab/named.ts';
import { raw } from './lab/place.ts';
import { httpPlan, socketPlan } from './lab/plans.ts';
import { codesOf, validateFault } from './lab/run.ts';
import { misdelivering } from './lab/services.ts';

describe('what looks alike is told apart', () => {
  named(alike);
});

describe('no false alarm', () => {
  unaccused([
    {
      name: 'a limit just above what is asked for',
      start: () => admitting(21, 503),
      plan: { connections: 20 },
    },
    { name: 'a limit where little is asked for', start: () => admitting(6, 503), plan: { connections: 4 } },
  ]);
});

it('what goes to the wrong connection is no deafness in any check', async () => {
  const result = await validateFault({ name: '', code: '', start: misdelivering });
  expect(codesOf(result)).toEqual(['CROSSTALK']);
  expect(result.checks.filter(({ verdict }) => verdict === 'unhealthy').map(({ kind }) => kind)).toEqual([
    'hold',
    'echo',
    'connections',
  ]);
});

it('what two waited for in vain, nobody waits for again', async () => {
  let asked = 0;
  const mute = () =>
    raw(() => {
      asked += 1;
    });
  const plan = { ...socketPlan, connections: 10 };
  const result = await validateFault({
    name: '',
    code: '',
    start: mute,
    whole: { websocket: [plan], http: [{ ...httpPlan, samples: 20 }] },
  });
  expect(codesOf(result)).toEqual(['HANDSHAKE_TIMEOUT']);
  expect(result.checks.map(({ verdict }) => verdict)).toEqual(Array(5).fill('unhealthy'));
  // Two requests, and the connections that were on their way at the same time.
  expect(asked).toBeLessThanOrEqual(2 + plan.connections);
});
