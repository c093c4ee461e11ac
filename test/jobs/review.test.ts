import { expect, it } from 'vitest';
import { key } from '../support/alert-decisions.ts';
import { everyMs, times } from '../support/monitoring.ts';
import { asked, useReviewing } from '../support/reviewing.ts';

const { state, ledger, alerts, records, look, sweep, types, told } = useReviewing();

it('an outage is paged once, goes further when nobody takes it, and its end is told to all', async () => {
  await look(...times(12, 0), 10);
  expect(await types()).toEqual([]);
  await look(10);
  await look(10);
  expect(await types()).toEqual(['fired', 'paged']);
  expect(told()).toEqual(['trigger operations']);
  expect(state.pages[0]).toMatchObject({
    dedupKey: `${key}#${state.now - everyMs}`,
    details: { impact: 'No chat' },
  });
  await look(...times(60, 10));
  expect(told()).toEqual(['trigger operations', 'trigger managers']);
  await look(...times(6, 0));
  expect(told().slice(2)).toEqual(['resolve operations', 'resolve managers']);
  await look(0);
  expect(state.pages).toHaveLength(4);
  expect(await alerts().unsettled()).toEqual([]);
  expect(await ledger().unfinished()).toEqual([]);
});

it('nobody is woken while a lock keeps rules quiet, and what fires ends all the same', async () => {
  const lock = { ...asked, reason: 'load test', lastsMs: 3_600_000, deliveryId: 'lock', at: state.now };
  await records().locks.lock(lock);
  await look(...times(12, 0), 10, 10, 10);
  expect(await types()).toEqual([]);
  await records().locks.unlock({ ...asked, at: state.now, deliveryId: 'unlock' });
  await look(10);
  expect(await types()).toEqual(['fired', 'paged']);
  await records().locks.lock({ ...lock, at: state.now, deliveryId: 'again' });
  await look(...times(6, 0));
  expect((await types()).at(-2)).toBe('resolved');
});

it('time runs on where nobody measures any more', async () => {
  await look(10, 10);
  state.now += 10 * 60_000;
  await sweep();
  await sweep();
  expect(told()).toEqual(['trigger operations', 'trigger managers']);
});

it.each(['page', 'note paged'])('a crash at %s is made good by the sweep', async (moment) => {
  state.fault = moment;
  await expect(look(10, 10)).rejects.toThrow('crashed');
  state.fault = undefined;
  await sweep();
  await sweep();
  expect(await types()).toEqual(['fired', 'paged']);
  // The same page, if it was handed over before: its queue knows it.
  expect(new Set(state.pages.map((page) => JSON.stringify(page))).size).toBe(1);
});
