import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertCharts } from '../../../jobs/threads/alert-charts.ts';
import { operationCharts, tellAlerts } from '../../../jobs/threads/operation-charts.ts';
import { alertRootId } from '../../../src/domain/alert/thread.ts';
import type { MonitorRound } from '../../../src/domain/monitor/round.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { ThreadNotes } from '../../../src/ledger/thread-notes.ts';
import { type SlackSandbox, startSlackSandbox } from '../../../src/sandbox/slack/index.ts';
import { connectSlack } from '../../../src/slack/client.ts';
import { after, fired, MemoryAlerts, told } from '../../support/alerts.ts';
import { useRedis } from '../../support/redis.ts';
import { stories } from '../../support/stories.ts';

const redis = useRedis();
const minute = 60_000;
let slack: SlackSandbox;
let notes: ThreadNotes;
let asked: string[];
let measuredFrom: number;
let options: Parameters<typeof alertCharts>[0];

/** A round a minute since then. */
const rounds = (from: number, to: number): readonly MonitorRound[] =>
  Array.from({ length: Math.max(0, Math.floor((to - measuredFrom) / minute) + 1) }, (_, index) => ({
    at: measuredFrom + index * minute,
    tallies: { connectionFailures: { samples: 10, failures: 1 } },
    blind: 0,
    diagnoses: [],
  })).filter(({ at }) => at >= from && at <= to);

beforeEach(async () => {
  slack = await startSlackSandbox({ limits: 'off', fileScanMs: 0 });
  notes = new ThreadNotes(redis.client());
  asked = [];
  measuredFrom = after(-30);
  options = {
    client: connectSlack(slack, pino({ level: 'silent' })),
    series: {
      since: (_, from) => Promise.resolve(rounds(from, after(60))),
      minutes: (_, from, to) => Promise.resolve(rounds(from, to)),
    },
    notes,
    alerts: new MemoryAlerts(),
    everyMs: () => minute,
    announce: (thread) => Promise.resolve(void asked.push(thread)),
    now: () => after(10),
  };
});
afterEach(() => slack.stop());

const uploads = () => slack.calls().filter(({ method }) => method === 'files.completeUploadExternal').length;
const root = (thread: string, message = 'root') =>
  notes.write(thread, message, { ts: '1.1', channel: 'C0DEPLOYS', shows: '', at: 0 });

describe('the charts of an alert', () => {
  const firing = told(fired());
  const checked = told(fired(), { type: 'checked', at: after(2), by: 'U0GUEST', byName: 'guest' });

  it('come after its root, and each is made once', async () => {
    const charts = alertCharts(options);
    expect(await charts.root(firing, [])).toBeUndefined();
    expect(asked).toEqual([`alert:${firing.key}`]);
    await root(alertRootId(firing));
    const picture = await charts.root(firing, []);
    expect(picture?.alt).toBe('HTTP 5xx of backend in staging, the last hour');
    expect(await charts.root(firing, [])).toEqual(picture);
    expect(uploads()).toBe(1);
  });

  it('are none in an outage of many, whose threads are not asked for once more in vain', async () => {
    const alerts = new MemoryAlerts();
    for (const service of ['auth', 'backend', 'chat', 'files', 'mail', 'search']) alerts.fire({ service });
    const charts = alertCharts({ ...options, alerts });
    expect(await charts.root(firing, [])).toBeUndefined();
    await root(alertRootId(firing));
    expect(await charts.root(firing, [])).toBeUndefined();
    expect(asked).toEqual([]);
    expect(uploads()).toBe(0);
  });

  it('are three of an hour, a day and a week when somebody asks, and stay what they were', async () => {
    const charts = alertCharts(options);
    const first = await charts.checks(checked, []);
    expect(first[after(2)]?.map(({ words }) => words)).toEqual([
      'last hour: 90 % of 330 samples available; no data before 09:30 UTC',
      'last 24 h: 90 % of 330 samples available; no data before 09:30 UTC',
      'last 7 days: 90 % of 330 samples available; no data before 09:30 UTC',
    ]);
    expect(new Set(first[after(2)]?.map(({ fileId }) => fileId)).size).toBe(3);
    measuredFrom = after(-50);
    expect(await charts.checks(checked, [])).toEqual(first);
    expect(uploads()).toBe(3);
  });

  it('are words alone where nothing was measured, or where Slack takes no file', async () => {
    slack.faults.fail('upload', 'error-5xx', 3);
    const [hour] = (await alertCharts(options).checks(checked, []))[after(2)] ?? [];
    expect(hour?.fileId).toBeUndefined();
    expect(hour?.words).toContain('90 % of 330 samples');
    measuredFrom = after(100);
    const later = told(fired(), { type: 'checked', at: after(3), by: 'U0GUEST', byName: 'guest' });
    expect((await alertCharts(options).checks(later, []))[after(3)]).toEqual([
      { words: 'last hour: nothing was measured' },
      { words: 'last 24 h: nothing was measured' },
      { words: 'last 7 days: nothing was measured' },
    ]);
    expect(uploads()).toBe(0);
  });
});

describe('the charts of an operation', () => {
  const succeeded = stories()['kept and succeeded']!;
  const rollback = (phase: Operation['phase']): Operation => ({
    ...succeeded,
    id: 'staging-43',
    phase,
    request: { ...succeeded.request, kind: 'rollback' },
  });

  it('come after its report, one a service that is watched', async () => {
    const charts = operationCharts(options);
    expect(await charts(succeeded)).toEqual({});
    expect(asked).toEqual(['staging-42']);
    await root('staging-42', 'report');
    const first = await charts(succeeded);
    expect(first['backend']).toMatchObject({ fileId: expect.stringMatching(/^F0/) as string });
    expect(first['backend']?.words).toMatch(
      /^last hour: 90 % of \d+ samples available; no data before 09:30/,
    );
    expect(await charts(succeeded)).toEqual(first);
    expect(uploads()).toBe(1);
  });

  it.each<[string, () => Operation]>([
    ['goes on', () => stories()['verifying']!],
    ['moved nobody', () => stories()['not built']!],
    [
      'is not watched',
      () => {
        measuredFrom = after(100);
        return succeeded;
      },
    ],
  ])('are none where it %s', async (_, operation) => {
    expect(await operationCharts(options)(operation())).toEqual({});
    expect(asked).toEqual([]);
  });

  it('and its end are told to the alerts that it is for, whatever has become of them', async () => {
    const alerts = new MemoryAlerts();
    const key = alerts.fire();
    alerts.fire({ symptom: 'timeouts' });
    alerts.append(key, { type: 'rolled-back', at: after(1), operation: 'staging-43' });
    alerts.append(key, { type: 'closed', at: after(2), reason: 'RULE_REMOVED' });
    const tell = tellAlerts({ alerts, announce: options.announce });
    await tell(rollback('running'));
    await tell(succeeded);
    expect(asked).toEqual([]);
    await tell(rollback('finished'));
    expect(asked).toEqual([`alert:${key}`]);
  });
});
