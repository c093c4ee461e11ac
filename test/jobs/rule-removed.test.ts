import { beforeEach, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/domain/alert/events.ts';
import { sweepAlerts } from '../../jobs/review.ts';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import type { Page } from '../../src/domain/page/page.ts';
import type { Target } from '../../src/domain/target.ts';
import { Alerts } from '../../src/ledger/alerts.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { recordsOf } from '../../src/ledger/records.ts';
import { after, fired } from '../support/alerts.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
const key = 'staging/backend/serverErrors';
let alerts: Alerts;
let asked: string[];
let pages: Page[];
const rules = defaultPolicy.rules.filter(({ symptom }) => symptom !== 'serverErrors');
const target = { service: 'backend', environment: 'staging', card: {} } as unknown as Target;
const dedupKey = `${key}#${after(0)}`;

const sweep = (targetOf: () => Target | undefined) =>
  sweepAlerts({
    alerts,
    targetOf,
    ledger: new Ledger(redis.client(), () => undefined),
    records: recordsOf(redis.client()),
    producer: { submit: () => Promise.resolve(), wake: () => Promise.resolve() },
    pages: { submit: (page) => Promise.resolve(void pages.push(page)) },
    serving: () => Promise.resolve([]),
    now: () => after(9),
  });

beforeEach(async () => {
  [asked, pages] = [[], []];
  alerts = new Alerts(redis.client(), (thread, event) => asked.push(`${thread} ${event}`));
  const write = (event: AlertEvent) => alerts.change(key, { decide: () => ({ answer: undefined, event }) });
  await write(fired());
  await write({ type: 'paged', at: after(1), team: 'operations', action: 'trigger', dedupKey });
  asked.length = 0;
});

it('stays open while its rule is there, whether or not somebody measures', async () => {
  await sweep(() => ({ ...target, monitors: defaultPolicy }));
  expect(await alerts.alert(key)).toMatchObject({ phase: 'firing' });
});

it.each<[string, () => Target | undefined]>([
  ['its rule', () => ({ ...target, monitors: { ...defaultPolicy, rules } })],
  ['its target', () => undefined],
])('is closed once when %s is gone, and who was paged hears of it', async (_, targetOf) => {
  await sweep(targetOf);
  await sweep(targetOf);
  expect(await alerts.alert(key)).toMatchObject({
    phase: 'resolved',
    closed: 'RULE_REMOVED',
    resolvedAt: after(9),
  });
  expect(asked.filter((each) => each.endsWith('closed'))).toEqual([`alert:${key} closed`]);
  expect(pages.map(({ team, action }) => `${team} ${action}`)).toEqual(['operations resolve']);
  expect(await alerts.unsettled()).toEqual([]);
});
