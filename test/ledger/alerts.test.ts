import { beforeEach, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/domain/alert/events.ts';
import { alertThreadId, readAlertId } from '../../src/domain/alert/thread.ts';
import { Alerts } from '../../src/ledger/alerts.ts';
import { keys } from '../../src/ledger/keys.ts';
import { fired, key, measured, person } from '../support/alert-decisions.ts';
import { began } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
let alerts: Alerts;
let changes: string[];
beforeEach(() => {
  changes = [];
  alerts = new Alerts(redis.client(), (thread, event) => changes.push(`${thread} ${event}`));
});

const write = (event: AlertEvent, to = key) =>
  alerts.change(to, { decide: () => ({ answer: 'done' as const, event }) });
const resolved = (at = began + 1): AlertEvent => ({ type: 'resolved', at, measured: measured(0) });
const call = { team: 'operations', action: 'trigger', dedupKey: `${key}#${began}` } as const;
const undrawn = () => redis.client().smembers(keys.undrawn);

it('an alert is what its events tell, and its thread is behind with each of them', async () => {
  expect(await alerts.alert(key)).toBeUndefined();
  expect(await write(fired())).toBe('done');
  expect(await alerts.alert(key)).toMatchObject({ key, phase: 'firing', version: 1 });
  expect(await undrawn()).toEqual([`alert:${key}`]);
  await write({ type: 'acknowledged', at: began, ...person });
  await alerts.drawn(key, 1);
  expect(await undrawn()).toHaveLength(1);
  await alerts.drawn(key, 2);
  expect(await undrawn()).toEqual([]);
  expect(changes).toEqual([`alert:${key} fired`, `alert:${key} acknowledged`]);
});

it('what changes nothing is not written, and a click that comes again counts once', async () => {
  await write(fired());
  expect(await alerts.change(key, { decide: (alert) => ({ answer: alert?.phase }) })).toBe('firing');
  const event: AlertEvent = { type: 'acknowledged', at: began, ...person };
  const click = () => alerts.change(key, { deliveryId: 'd1', decide: () => ({ answer: 'done', event }) });
  expect(await Promise.all([click(), click()])).toEqual(expect.arrayContaining(['done', 'known']));
  expect(await alerts.events(key)).toHaveLength(2);
  expect(changes).toHaveLength(2);
});

it('many that decide at once decide one after the other', async () => {
  const other = new Alerts(redis.connect(), () => undefined);
  const fire = (each: Alerts) =>
    each.change(key, {
      decide: (alert) => ({ answer: alert === undefined, event: alert === undefined ? fired() : undefined }),
    });
  const answers = await Promise.all([alerts, other, alerts, other, alerts].map(fire));
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await alerts.events(key)).toHaveLength(1);
});

it('open ones are known by environment, and unsettled until everybody who was woken knows of the end', async () => {
  const staging = 'staging/backend/timeouts';
  const stagings = 'staging-eu/backend/timeouts';
  await write(fired());
  await write(fired({ symptom: 'timeouts' }), staging);
  await write(fired({ symptom: 'timeouts', environment: 'staging-eu' }), stagings);
  expect((await alerts.open('staging')).map((alert) => alert.key)).toEqual([key, staging]);
  expect(await alerts.open()).toHaveLength(3);
  await write(resolved(), staging);
  expect((await alerts.unsettled('staging')).map((alert) => alert.key)).toEqual([key]);
  expect(await alerts.unsettledCount('staging')).toBe(1);
  await write({ type: 'paged', at: began, ...call });
  await write(resolved());
  expect(await alerts.open('staging')).toEqual([]);
  expect((await alerts.unsettled('staging')).map((alert) => alert.key)).toEqual([key]);
  await write({ type: 'paged', at: began, ...call, action: 'resolve' });
  expect((await alerts.unsettled()).map((alert) => alert.key)).toEqual([stagings]);
  expect(await redis.client().smembers(keys.unsettledAlerts)).toEqual([stagings]);
});

it('two threads are kept, and whoever read before the oldest went decides anew', async () => {
  const firing = (thread: number) =>
    [fired({ thread, at: began + thread }), resolved(began + thread)] as const;
  for (const event of [...firing(1), ...firing(2)]) await write(event);
  expect(await alerts.events(key)).toHaveLength(4);
  let looks = 0;
  await alerts.change(key, {
    decide: () => {
      looks += 1;
      return { answer: undefined, event: { type: 'acknowledged', at: began, ...person } };
    },
  });
  expect(looks).toBe(1);
  await write(fired({ thread: 3, at: began + 3 }));
  expect(
    (await alerts.events(key)).map((event) => (event.type === 'fired' ? event.thread : event.type)),
  ).toEqual([2, 'resolved', 'acknowledged', 3]);
  expect(await alerts.alert(key)).toMatchObject({ thread: 3, version: 4 });
});

it('a journal that is as long as before and yet another one is not written to', async () => {
  await write(fired());
  const line = (await redis.client().lrange(keys.alert(key), 0, -1))[0] ?? '';
  let looks = 0;
  // Between the look and the write somebody puts another event in the place of this one.
  const swapped = line.replace('backend', 'frontend');
  await alerts.change(key, {
    decide: (alert) => {
      looks += 1;
      if (looks === 1) void redis.client().lset(keys.alert(key), 0, swapped);
      return { answer: alert?.service, event: resolved() };
    },
  });
  expect(looks).toBe(2);
});

it('what cannot be read stops the reader instead of being guessed', async () => {
  await redis.client().rpush(keys.alert(key), '{"type":"melted"}');
  await expect(alerts.alert(key)).rejects.toThrow();
  await expect(write(fired())).rejects.toThrow();
});

it('threads of alerts are told from those of operations', () => {
  expect(readAlertId(alertThreadId(key))).toEqual({ key });
  expect(readAlertId('staging-42')).toBeUndefined();
});
